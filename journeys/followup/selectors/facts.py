"""The values of a visit's record in words, what is missing included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

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


class Lack(StrEnum):
    """In which way a value is not there; missing is never shown as normal."""

    MISSING = "missing"
    LEFT_OUT = "left_out"  # on purpose
    EMPTY = "empty"  # nothing had to be said


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value in words; `lack` when it is not there, `was` what a correction replaced."""

    label: str
    value: str
    unit: str = ""
    lack: Lack | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Values that belong together."""

    code: str
    title: str
    facts: tuple[Fact, ...]


def groups(shown: Visit, before: Visit | None, *, today: date) -> Iterator[Group]:
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
        lack=fact.lack,
        was=was.value,
    )


def _plain_groups(visit: Visit, *, today: date) -> Iterator[Group]:
    yield Group(code="when", title=_("When and how"), facts=_when(visit, today))
    yield Group(code="response", title=_("Response"), facts=_response(visit, today))
    yield Group(code="counts", title=_("Blood counts"), facts=_counts(visit))
    yield Group(
        code="toxicity",
        title=_("Toxicity since infusion"),
        facts=_toxicity(visit, today),
    )
    yield Group(
        code="notes",
        title=_("Notes"),
        facts=(_said(_("Notes"), visit.notes),),
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
            Fact(label=_("Response"), value=response, lack=Lack.LEFT_OUT),
            Fact(label=_("Criteria"), value=_("None"), lack=Lack.EMPTY),
            Fact(label=_("Tested on"), value=_("No test"), lack=Lack.EMPTY),
        )
    return (
        Fact(label=_("Response"), value=response),
        Fact(label=_("Criteria"), value=str(CRITERIA_LABELS[Criteria(visit.criteria)])),
        Fact(label=_("Tested on"), value=_day(visit.tested_on, today)),
    )


def _counts(visit: Visit) -> tuple[Fact, ...]:
    return tuple(_count(visit, code) for code in MEASURES)


def _count(visit: Visit, code: str) -> Fact:
    label, value = str(MEASURE_LABELS[code]), count_text(visit, code)
    if value:
        return Fact(label=label, value=value, unit=MEASURES[code].unit)
    if code in visit.not_measured:
        return Fact(label=label, value=_("Not measured"), lack=Lack.LEFT_OUT)
    return Fact(label=label, value=_("Missing"), lack=Lack.MISSING)


def count_text(visit: Visit, code: str) -> str:
    """Return a laboratory value as it was given, or nothing."""
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
        return Fact(label=label, value=_("Unknown"), lack=Lack.MISSING)
    return Fact(label=label, value=str(GRADE_LABELS[str(grade)]))


def _answer(label: str, answer: str, note: str = "") -> Fact:
    value = str(ANSWER_LABELS[Answer(answer)])
    return Fact(
        label=label,
        value=f"{value}: {note}" if note else value,
        lack=Lack.MISSING if answer == Answer.UNKNOWN else None,
    )


def _said(label: str, text: str) -> Fact:
    return Fact(label=label, value=text or _("Nothing written"), lack=None if text else Lack.EMPTY)


def _span(label: str, began_on: date | None, ended_on: date | None, today: date) -> Fact:
    if began_on is None and ended_on is None:
        return Fact(label=label, value=_("No days given"), lack=Lack.EMPTY)
    first, last = _day(began_on, today) or "?", _day(ended_on, today) or "?"
    return Fact(label=label, value=f"{first} \u2013 {last}")


def _day(on: date | None, today: date) -> str:
    return dates.staff_day(on, today=today) if on else ""
