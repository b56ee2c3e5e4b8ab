"""One patient's journeys, history and readers, for the patient's page."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max

from carttrack.accounts.models import User
from carttrack.audit.domain import ReadHow
from carttrack.audit.labels import READ_HOW_LABELS
from carttrack.audit.selectors import history_of, reads_of
from journeys.patients.models import Patient
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.wording import title_of
from journeys.worklist.labels import history_word
from journeys.worklist.selectors.journeys import reason_word
from journeys.worklist.selectors.patients import product_name

HISTORY_SHOWN = 20
READERS_SHOWN = 10


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One thing that was done for a patient."""

    at: datetime
    what: str
    about: str
    who: str
    why: str


def history_lines(patient: Patient) -> tuple[HistoryLine, ...]:
    """Return the latest entries of the patient's history in words."""
    entries = list(history_of(patient.uid)[:HISTORY_SHOWN])
    activities = (
        Activity.objects.filter(uid__in=[entry.subject_uid for entry in entries])
        .select_related("journey__protocol_version")
        .defer("journey__protocol_version__document", "why")
    )
    titles = {activity.uid: title_of(activity) for activity in activities}
    return tuple(
        HistoryLine(
            at=entry.at,
            what=str(history_word(entry.action)),
            about=titles.get(entry.subject_uid, "") if entry.subject_uid else "",
            who=entry.actor_label,
            why=", ".join(filter(None, [reason_word(entry.reason), entry.note])),
        )
        for entry in entries
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLine:
    """Somebody who saw the record in one way, how often, and when last."""

    name: str
    how: str
    times: int
    last_at: datetime


def reader_lines(patient: Patient) -> tuple[ReaderLine, ...]:
    """Return who saw the patient, whoever came last first."""
    found = (
        reads_of(patient.uid)
        .order_by()
        .values("reader__name", "how")
        .annotate(times=Count("pk"), last_at=Max("at"))
        .order_by("-last_at")[:READERS_SHOWN]
    )
    return tuple(
        ReaderLine(
            name=row["reader__name"],
            how=str(READ_HOW_LABELS[ReadHow(row["how"])]),
            times=row["times"],
            last_at=row["last_at"],
        )
        for row in found
    )
