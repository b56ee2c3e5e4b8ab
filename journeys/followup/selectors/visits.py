"""One visit's record as its page shows it, and what stood in the one before."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from carttrack.ui import dates
from journeys.followup.domain.counts import MEASURES
from journeys.followup.labels import GRADE_LABELS
from journeys.followup.models import Visit
from journeys.followup.selectors.facts import Group, count_text, groups
from journeys.planning.models import Activity
from journeys.planning.selectors.wording import title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One record of the visit in the row of its corrections."""

    uid: uuid.UUID
    number: int
    recorded_at: datetime
    recorded_by: str
    reason: str
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitHead:
    """What stands above a visit's form and record."""

    journey_uid: uuid.UUID
    patient_name: str
    title: str
    on: date | None
    day_number: int | None
    opens_on: date | None
    closes_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDetail:
    """A whole record with its history; `latest` is set when a later version holds."""

    uid: uuid.UUID
    version: int
    head: VisitHead
    groups: tuple[Group, ...]
    versions: tuple[Version, ...]
    latest: Version | None


def visit_head(activity: Activity) -> VisitHead:
    """Return what stands above a visit's form and record."""
    day = activity.happened_on or activity.chosen_on or activity.target_on
    infusion = activity.cycle.activities.filter(code="infusion").first()
    day_0 = (infusion.happened_on or infusion.chosen_on) if infusion else None
    return VisitHead(
        journey_uid=activity.journey.uid,
        patient_name=activity.journey.patient.full_name,
        title=title_of(activity),
        on=day,
        day_number=(day - day_0).days if day and day_0 else None,
        opens_on=activity.opens_on,
        closes_on=activity.closes_on,
    )


def visit_detail(visit: Visit, *, today: date) -> VisitDetail:
    """Return a record with every value, missing ones included, and with all its versions."""
    records = list(
        Visit.objects.filter(activity=visit.activity_id)
        .select_related("recorded_by", "seen_by")
        .order_by("version")
    )
    shown = next(record for record in records if record.pk == visit.pk)
    before = next((record for record in records if record.pk == shown.corrects_id), None)
    versions = tuple(_version(record, shown) for record in records)
    return VisitDetail(
        uid=shown.uid,
        version=shown.version,
        head=visit_head(visit.activity),
        groups=tuple(groups(shown, before, today=today)),
        versions=versions,
        latest=versions[-1] if not versions[-1].is_shown else None,
    )


def hints(activity: Activity, *, today: date) -> dict[str, str]:
    """Return what the journey's visit before found, as a hint for each field of a form."""
    last = (
        Visit.objects.current()
        .filter(activity__journey=activity.journey_id)
        .exclude(activity=activity)
        .order_by("-seen_on", "-pk")
        .first()
    )
    if last is None:
        return {}
    values = {code: count_text(last, code) for code in MEASURES}
    for event in ("crs", "icans"):
        grade = getattr(last, f"max_{event}_grade")
        values[f"max_{event}_grade"] = "" if grade is None else str(GRADE_LABELS[str(grade)])
    day = dates.short_day(last.seen_on, today=today)
    return {
        field: _("%(day)s: %(value)s") % {"day": day, "value": value}
        for field, value in values.items()
        if value
    }


def _version(record: Visit, shown: Visit) -> Version:
    return Version(
        uid=record.uid,
        number=record.version,
        recorded_at=record.recorded_at,
        recorded_by=record.recorded_by.name,
        reason=record.correction_reason,
        is_shown=record.pk == shown.pk,
    )
