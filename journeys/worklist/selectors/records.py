"""The journeys of one patient, for the patient's page."""

import uuid
from dataclasses import dataclass
from datetime import date

from carttrack.accounts.models import User
from journeys.patients.models import Patient
from journeys.planning.models import Journey
from journeys.worklist.selectors.journeys import reason_word
from journeys.worklist.selectors.patients import product_name


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyLine:
    """One journey in a patient's record."""

    uid: uuid.UUID
    title: str
    status: str
    centre: str
    started_on: date
    ended_on: date | None
    end_reason: str
    coordinator: str
    clinician: str


def journeys_of(user: User, patient: Patient) -> tuple[JourneyLine, ...]:
    """Return the patient's journeys, latest first."""
    found = (
        Journey.objects.visible_to(user)
        .filter(patient=patient)
        .select_related("centre", "coordinator", "clinician", "protocol_version__protocol__product")
        .defer("protocol_version__document")
        .order_by("-started_on", "-pk")
    )
    return tuple(_line(journey) for journey in found)


def _line(journey: Journey) -> JourneyLine:
    return JourneyLine(
        uid=journey.uid,
        title=product_name(journey),
        status=journey.status,
        centre=journey.centre.name,
        started_on=journey.started_on,
        ended_on=journey.ended_on,
        end_reason=reason_word(journey.end_reason) if journey.end_reason else "",
        coordinator=journey.coordinator.name,
        clinician=journey.clinician.name,
    )
