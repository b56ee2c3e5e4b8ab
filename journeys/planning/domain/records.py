"""Steps and conflicts as JSON-able records, for storage beside the dates they explain."""

from dataclasses import fields
from datetime import date
from typing import Any

from journeys.planning.domain.plan import (
    Clause,
    Conflict,
    ConflictKind,
    FactKind,
    Step,
    StepKind,
)
from journeys.planning.domain.protocol import Roll

Record = dict[str, Any]


def step_record(step: Step) -> Record:
    """Return the step as a record; what is empty is left out."""
    return _record(step)


def step_from_record(record: Record) -> Step:
    """Return the step that `step_record` wrote."""
    return Step(
        kind=StepKind(record["kind"]),
        gives=date.fromisoformat(record["gives"]),
        anchor=record.get("anchor"),
        anchor_on=_day(record.get("anchor_on")),
        anchor_fact=FactKind(record["anchor_fact"]) if "anchor_fact" in record else None,
        offset=record.get("offset", ""),
        rule=record.get("rule", ""),
        because=record.get("because", ""),
        source=record.get("source", ""),
        roll=Roll(record["roll"]) if "roll" in record else None,
        held=record.get("held"),
    )


def conflict_record(conflict: Conflict) -> Record:
    """Return the conflict as a record, its clauses inside."""
    return {
        "kind": conflict.kind.value,
        "point": conflict.point,
        "because": [_record(clause) for clause in conflict.because],
        "nearest": [day.isoformat() for day in conflict.nearest],
    }


def conflict_from_record(record: Record) -> Conflict:
    """Return the conflict that `conflict_record` wrote."""
    return Conflict(
        kind=ConflictKind(record["kind"]),
        point=record["point"],
        because=tuple(_clause(clause) for clause in record["because"]),
        nearest=tuple(date.fromisoformat(day) for day in record["nearest"]),
    )


def _record(value: Step | Clause) -> Record:
    pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {
        name: content.isoformat() if isinstance(content, date) else content
        for name, content in pairs
        if content is not None and content != ""
    }


def _clause(record: Record) -> Clause:
    return Clause(
        bound=record["bound"],
        earlier=record.get("earlier"),
        later=record.get("later"),
        on=_day(record.get("on")),
        fact=FactKind(record["fact"]) if "fact" in record else None,
        days=record.get("days"),
        why=record.get("why", ""),
        source=record.get("source", ""),
        held=record.get("held"),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
