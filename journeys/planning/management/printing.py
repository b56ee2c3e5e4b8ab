"""A plan as JSON and as a table for the terminal."""

from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from journeys.planning.domain.plan import Plan
from journeys.planning.domain.planned import PlannedActivity
from journeys.planning.domain.protocol import Point, Protocol, Words
from journeys.planning.domain.reasons import Conflict
from journeys.planning.labels import clause_text, conflict_message, step_text

Titles = dict[Point, str]


def plan_document(protocol: Protocol, plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON-able data.

    Shape:
        {"protocol", "version", "activities": [{"code", "stage", "occurrence", "target", "opens",
        "closes", "chosen", "why": [...]}], "conflicts": [{"message", "because": [...],
        "nearest": [...]}]}; dates are ISO 8601 or null, `why` and `because` are sentences.
    """
    titles = _titles(protocol, plan)
    return {
        "protocol": protocol.code,
        "version": protocol.version,
        "activities": [_activity(activity, titles) for activity in plan.activities],
        "conflicts": [_conflict(conflict, titles) for conflict in plan.conflicts],
    }


def plan_table(protocol: Protocol, plan: Plan) -> str:
    """Return the plan as lines for a person: day, window, what; then what does not fit."""
    titles = _titles(protocol, plan)
    heading = f"{_in_words(protocol.title)} · {protocol.code} {protocol.version}"
    columns = [(gettext("day"), gettext("window"), gettext("activity"), gettext("stage"))]
    columns += [
        (_day(each.chosen or each.target), _window(each), titles[each.point], each.stage)
        for each in plan.activities
    ]
    widths = [max(len(row[n]) for row in columns) for n in range(3)]
    lines = [heading, ""]
    lines += [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in columns
    ]
    for conflict in plan.conflicts:
        lines += ["", f"! {conflict_message(conflict, titles)}"]
        lines += [f"  - {text}" for text in _because(conflict, titles)]
        if conflict.nearest:
            nearest = ", ".join(day.isoformat() for day in conflict.nearest)
            lines.append(f"  {gettext('nearest possible days')}: {nearest}")
    return "\n".join(lines)


def _activity(activity: PlannedActivity, titles: Titles) -> dict[str, Any]:
    days = {name: getattr(activity, name) for name in ("target", "opens", "closes", "chosen")}
    return {
        "code": activity.code,
        "stage": activity.stage,
        "occurrence": activity.occurrence,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "why": [step_text(step, titles) for step in activity.why],
    }


def _conflict(conflict: Conflict, titles: Titles) -> dict[str, Any]:
    return {
        "message": conflict_message(conflict, titles),
        "because": _because(conflict, titles),
        "nearest": [day.isoformat() for day in conflict.nearest],
    }


def _because(conflict: Conflict, titles: Titles) -> list[str]:
    """Return the clauses in their order; limits that say the same are said once."""
    return list(dict.fromkeys(clause_text(clause, titles) for clause in conflict.because))


def _titles(protocol: Protocol, plan: Plan) -> Titles:
    """Return every point's title; what comes back is numbered."""
    definitions = {definition.code: definition for definition in protocol.activities}
    return {
        activity.point: f"{_in_words(definition.title)} {activity.occurrence}"
        if definition.repeat
        else _in_words(definition.title)
        for activity in plan.activities
        for definition in (definitions[activity.code],)
    }


def _in_words(words: Words) -> str:
    return words.get(get_language() or "en", words["en"])


def _day(day: date | None) -> str:
    return day.isoformat() if day else "-"


def _window(activity: PlannedActivity) -> str:
    if not (activity.opens and activity.closes):
        return "-"
    return f"{activity.opens.isoformat()} to {activity.closes.isoformat()}"
