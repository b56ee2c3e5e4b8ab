"""The visits that were recorded lately, and how a visit is named in a list."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from carttrack.accounts.models import Centre, User
from journeys.followup.models import Visit
from journeys.planning.models import Activity
from journeys.planning.selectors.wording import title_of

RECENT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientName:
    """Whose visit it is."""

    uid: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedVisit:
    """A visit that was recorded lately."""

    uid: uuid.UUID
    patient: PatientName
    title: str
    seen_on: date
    recorded_at: datetime
    recorded_by: str
    is_correction: bool


def recently_recorded(user: User, *, centres: Iterable[Centre]) -> tuple[RecordedVisit, ...]:
    """Return the latest records of the centres, to go back to one that was just written."""
    visits = (
        Visit.objects.visible_to(user)
        .current()
        .exclude(activity__journey__patient__user=user)
        .filter(activity__centre__in=list(centres))
        .select_related("activity__journey__patient", "activity__journey__protocol_version")
        .select_related("recorded_by")
        .defer("activity__journey__protocol_version__document", "activity__why")
        .order_by("-recorded_at", "-pk")[:RECENT]
    )
    return tuple(
        RecordedVisit(
            uid=visit.uid,
            patient=patient_name(visit.activity),
            title=title_of(visit.activity),
            seen_on=visit.seen_on,
            recorded_at=visit.recorded_at,
            recorded_by=visit.recorded_by.name,
            is_correction=visit.version > 1,
        )
        for visit in visits
    )


def patient_name(activity: Activity) -> PatientName:
    """Return whose activity it is."""
    patient = activity.journey.patient
    return PatientName(uid=patient.uid, name=patient.full_name)
