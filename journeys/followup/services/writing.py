"""Putting findings into a row, and the row into the history."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from journeys.followup.domain.counts import MEASURES
from journeys.followup.domain.findings import Findings, problems
from journeys.followup.models import Visit
from journeys.followup.services.refusals import FindingsImpossible

PLAIN_FIELDS = (
    "criteria",
    "response",
    "tested_on",
    "max_crs_grade",
    "crs_began_on",
    "crs_ended_on",
    "max_icans_grade",
    "icans_began_on",
    "icans_ended_on",
    "intensive_care",
    "infection",
    "infection_note",
    "second_cancer",
    "ongoing_toxicity",
    "notes",
)
RECORDED_FIELDS = (
    "version",
    "seen_on",
    "mode",
    "timing",
    "timing_reason",
    "correction_reason",
    *PLAIN_FIELDS,
    *MEASURES,
    "not_measured",
)


def check_findings(findings: Findings, *, today: date) -> None:
    """Refuse findings that cannot be.

    Raises:
        FindingsImpossible: with everything that is wrong, field by field.
    """
    found = tuple(problems(findings, today=today))
    if found:
        raise FindingsImpossible(found)


def columns(findings: Findings) -> dict[str, Any]:
    """Return the findings as the columns of a row."""
    counts = {code: findings.counts.get(code) for code in MEASURES}
    plain = {field: getattr(findings, field) for field in PLAIN_FIELDS}
    return plain | counts | {"not_measured": sorted(findings.not_measured)}


def history_record(visit: Visit, fields: Iterable[str] = RECORDED_FIELDS) -> dict[str, Any]:
    """Return a record's content for its history entry."""
    content = {field: getattr(visit, field) for field in fields}
    return content | {"seen_by": str(visit.seen_by.uid)}
