"""One visit's record as its page shows it, and what stood in the one before."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carttrack.ui import dates
from journeys.followup.domain.answers import Answer, Mode
from journeys.followup.domain.counts import MEASURES
from journeys.followup.domain.response import Criteria, Response
from journeys.followup.domain.timing import Timing
from journeys.followup.labels import (
    ANSWER_LABELS,
    CRITERIA_LABELS,
    GRADE_LABELS,
    MEASURE_LABELS,
    MODE_LABELS,
    RESPONSE_LABELS,
    TIMING_LABELS,
)
from journeys.followup.models import Visit
from journeys.planning.models import Activity
from journeys.planning.selectors.timeline import occurrence_title, words
from journeys.planning.workspace import protocol_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value. An empty `value` is missing; `was` is what a correction replaced."""

    label: str | Promise
    value: str
    unit: str = ""
    is_missing: bool = False
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Values that belong together."""

    code: str
    title: str | Promise
    facts: tuple[Fact, ...]


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
    definition = protocol_of(activity.journey.protocol_version).activity(activity.code)
    day = activity.happened_on or activity.chosen_on or activity.target_on
    infusion = activity.cycle.activities.filter(code="infusion").first()
    day_0 = (infusion.happened_on or infusion.chosen_on) if infusion else None
    return VisitHead(
        journey_uid=activity.journey.uid,
        patient_name=activity.journey.patient.full_name,
        title=occurrence_title(definition, words(definition.title), activity.occurrence),
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
        groups=tuple(_groups(shown, before, today=today)),
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
    values = {code: _count(last, code) for code in MEASURES}
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


def _groups(shown: Visit, before: Visit | None, *, today: date) -> Iterator[Group]:
    """Yield the groups of a record; where a correction changed a value, with the old one."""
    old = {group.code: group for group in _plain_groups(before, today=today)} if before else {}
    for group in _plain_groups(shown, today=today):
        yield _compared(group, old.get(group.code))


def _compared(group: Group, old: Group | None) -> Group:
    if old is None:
        return group
    pairs = zip(group.facts, old.facts, strict=True)
    facts = tuple(_with_old(fact, was) for fact, was in pairs)
    return Group(code=group.code, title=group.title, facts=facts)


def _with_old(fact: Fact, was: Fact) -> Fact:
    if fact.value == was.value:
        return fact
    return Fact(
        label=fact.label,
        value=fact.value,
        unit=fact.unit,
        is_missing=fact.is_missing,
        was=was.value,
    )


def _plain_groups(visit: Visit, *, today: date) -> Iterator[Group]:
    yield Group(code="when", title=gettext_lazy("When and how"), facts=_when(visit, today))
    yield Group(code="response", title=gettext_lazy("Response"), facts=_response(visit, today))
    yield Group(code="counts", title=gettext_lazy("Blood counts"), facts=_counts(visit))
    yield Group(
        code="toxicity",
        title=gettext_lazy("Toxicity since infusion"),
        facts=_toxicity(visit, today),
    )
    yield Group(
        code="notes",
        title=gettext_lazy("Notes"),
        facts=(_said(gettext_lazy("Notes"), visit.notes),),
    )


def _when(visit: Visit, today: date) -> tuple[Fact, ...]:
    timing = str(TIMING_LABELS[Timing(visit.timing)])
    if visit.timing_reason:
        timing = f"{timing}: {visit.timing_reason}"
    return (
        Fact(label=_("Seen on"), value=dates.staff_day(visit.seen_on, today=today)),
        Fact(label=_("Window"), value=timing),
        Fact(label=_("How"), value=str(MODE_LABELS[Mode(visit.mode)])),
        Fact(label=_("Seen by"), value=visit.seen_by.name),
    )


def _response(visit: Visit, today: date) -> tuple[Fact, ...]:
    response = str(RESPONSE_LABELS[Response(visit.response)])
    if visit.response == Response.NOT_ASSESSED:
        return (
            Fact(label=_("Response"), value=response, is_missing=True),
            Fact(label=_("Criteria"), value="", is_missing=True),
            Fact(label=_("Tested on"), value="", is_missing=True),
        )
    return (
        Fact(label=_("Response"), value=response),
        Fact(label=_("Criteria"), value=str(CRITERIA_LABELS[Criteria(visit.criteria)])),
        Fact(label=_("Tested on"), value=_day(visit.tested_on, today)),
    )


def _counts(visit: Visit) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            label=MEASURE_LABELS[code],
            value=_count(visit, code) or _absence(visit, code),
            unit=measure.unit if _count(visit, code) else "",
            is_missing=not _count(visit, code),
        )
        for code, measure in MEASURES.items()
    )


def _absence(visit: Visit, code: str) -> str:
    return _("Not measured") if code in visit.not_measured else _("Missing")


def _count(visit: Visit, code: str) -> str:
    value: Decimal | None = getattr(visit, code)
    return "" if value is None else f"{value:f}"


def _toxicity(visit: Visit, today: date) -> tuple[Fact, ...]:
    return (
        _grade(_("Worst CRS"), visit.max_crs_grade),
        _span(_("CRS from and to"), visit.crs_began_on, visit.crs_ended_on, today),
        _grade(_("Worst ICANS"), visit.max_icans_grade),
        _span(_("ICANS from and to"), visit.icans_began_on, visit.icans_ended_on, today),
        _answer(_("Intensive care"), visit.intensive_care),
        _answer(_("Infections"), visit.infection, visit.infection_note),
        _answer(_("Second cancer suspected"), visit.second_cancer),
        _said(_("Ongoing toxicity"), visit.ongoing_toxicity),
    )


def _grade(label: str, grade: int | None) -> Fact:
    if grade is None:
        return Fact(label=label, value=_("Unknown"), is_missing=True)
    return Fact(label=label, value=str(GRADE_LABELS[str(grade)]))


def _answer(label: str, answer: str, note: str = "") -> Fact:
    value = str(ANSWER_LABELS[Answer(answer)])
    return Fact(
        label=label,
        value=f"{value}: {note}" if note else value,
        is_missing=answer == Answer.UNKNOWN,
    )


def _said(label: str | Promise, text: str) -> Fact:
    return Fact(label=label, value=text or _("Nothing written"), is_missing=not text)


def _span(label: str, began_on: date | None, ended_on: date | None, today: date) -> Fact:
    if began_on is None and ended_on is None:
        return Fact(label=label, value=_("No days given"), is_missing=True)
    first, last = _day(began_on, today) or "?", _day(ended_on, today) or "?"
    return Fact(label=label, value=f"{first} \u2013 {last}")


def _day(on: date | None, today: date) -> str:
    return dates.staff_day(on, today=today) if on else ""
