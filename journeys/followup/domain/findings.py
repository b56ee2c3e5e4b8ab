"""What a clinician found at a visit, as one value; what was not said stays unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from journeys.followup.domain.answers import Answer
from journeys.followup.domain.counts import Implausible, implausible
from journeys.followup.domain.response import Response, ResponseNotOnScale, check_response


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The content of a visit's record; every default means "not known" and none means "normal".

    `counts` holds values by the code of their measure; `not_measured` names those that were left
    out on purpose. A code in neither is missing.
    """

    criteria: str = ""
    response: str = Response.NOT_ASSESSED
    tested_on: date | None = None
    counts: Mapping[str, Decimal] = field(default_factory=dict)
    not_measured: frozenset[str] = frozenset()
    max_crs_grade: int | None = None
    crs_began_on: date | None = None
    crs_ended_on: date | None = None
    max_icans_grade: int | None = None
    icans_began_on: date | None = None
    icans_ended_on: date | None = None
    intensive_care: str = Answer.UNKNOWN
    infection: str = Answer.UNKNOWN
    infection_note: str = ""
    second_cancer: str = Answer.UNKNOWN
    ongoing_toxicity: str = ""
    notes: str = ""


class Slip(StrEnum):
    """What may be wrong with findings, apart from a single value."""

    NOT_ON_SCALE = "not_on_scale"
    TEST_DAY_MISSING = "test_day_missing"
    TEST_DAY_WITHOUT_RESPONSE = "test_day_without_response"
    DAY_IN_FUTURE = "day_in_future"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    DAYS_WITHOUT_EVENT = "days_without_event"
    MEASURED_AND_NOT = "measured_and_not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that has to change: where, and what is wrong with it."""

    field: str
    slip: Slip | Implausible


def problems(findings: Findings, *, today: date) -> Iterator[Problem]:
    """Yield everything about the findings that cannot be, field by field."""
    yield from _response_problems(findings)
    for code, value in findings.counts.items():
        wrong = implausible(code, value)
        if wrong:
            yield Problem(field=code, slip=wrong)
        if code in findings.not_measured:
            yield Problem(field=code, slip=Slip.MEASURED_AND_NOT)
    for event in ("crs", "icans"):
        yield from _event_problems(findings, event)
    for name in ("tested_on", "crs_began_on", "crs_ended_on", "icans_began_on", "icans_ended_on"):
        day = getattr(findings, name)
        if day and day > today:
            yield Problem(field=name, slip=Slip.DAY_IN_FUTURE)


def _response_problems(findings: Findings) -> Iterator[Problem]:
    try:
        check_response(findings.criteria, findings.response)
    except ResponseNotOnScale:
        yield Problem(field="response", slip=Slip.NOT_ON_SCALE)
        return
    is_assessed = findings.response != Response.NOT_ASSESSED
    if is_assessed and findings.tested_on is None:
        yield Problem(field="tested_on", slip=Slip.TEST_DAY_MISSING)
    if not is_assessed and findings.tested_on is not None:
        yield Problem(field="tested_on", slip=Slip.TEST_DAY_WITHOUT_RESPONSE)


def _event_problems(findings: Findings, event: str) -> Iterator[Problem]:
    began_on: date | None = getattr(findings, f"{event}_began_on")
    ended_on: date | None = getattr(findings, f"{event}_ended_on")
    grade: int | None = getattr(findings, f"max_{event}_grade")
    if began_on and ended_on and ended_on < began_on:
        yield Problem(field=f"{event}_ended_on", slip=Slip.ENDS_BEFORE_IT_BEGINS)
    if grade == 0 and (began_on or ended_on):
        name = f"{event}_began_on" if began_on else f"{event}_ended_on"
        yield Problem(field=name, slip=Slip.DAYS_WITHOUT_EVENT)
