"""What differs between two protocols: by stage, activity and constraint, value by value.

Values are compared and not spellings: P4W and P28D are the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from journeys.planning.domain.protocol import (
    ActivityDefinition,
    Constraint,
    Protocol,
    StageDefinition,
)
from journeys.planning.domain.reminding import ReminderDefinition

PROTOCOL, STAGE, ACTIVITY, CONSTRAINT = "protocol", "stage", "activity", "constraint"
# What a person does not read as a property of the part: its name, and lists told row by row.
APART = {"code", "reminders"}
# What makes a document another version, and not another protocol.
PROTOCOL_FIELDS = ("title", "regions", "product", "tracks", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value before and after; `field` is empty when the whole part was added or removed.

    `row` is a reminder's code, when the difference is about one.
    """

    section: str
    code: str
    field: str = ""
    row: str = ""
    before: Any = None
    after: Any = None


Part = StageDefinition | ActivityDefinition | Constraint | ReminderDefinition


def differences(before: Protocol, after: Protocol) -> tuple[Difference, ...]:
    """Return every difference: the protocol as a whole, its stages, activities and limits."""
    return (
        *_of_protocol(before, after),
        *_of_parts(STAGE, _by_code(before.stages), _by_code(after.stages)),
        *_of_parts(ACTIVITY, _by_code(before.activities), _by_code(after.activities)),
        *_of_parts(CONSTRAINT, _by_ends(before.constraints), _by_ends(after.constraints)),
    )


def _of_protocol(before: Protocol, after: Protocol) -> Iterator[Difference]:
    for name in PROTOCOL_FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Difference(section=PROTOCOL, code="", field=name, before=old, after=new)


def _of_parts(
    section: str, before: Mapping[str, Part], after: Mapping[str, Part]
) -> Iterator[Difference]:
    for code in dict.fromkeys([*after, *before]):
        old, new = before.get(code), after.get(code)
        if old is None or new is None:
            yield Difference(section=section, code=code, before=old, after=new)
        else:
            yield from _of_values(section, code, old, new)
            if isinstance(old, ActivityDefinition) and isinstance(new, ActivityDefinition):
                yield from _of_reminders(code, old, new)


def _of_values(section: str, code: str, before: Part, after: Part) -> Iterator[Difference]:
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.name not in APART and old != new:
            yield Difference(section=section, code=code, field=field.name, before=old, after=new)


def _of_reminders(
    code: str, before: ActivityDefinition, after: ActivityDefinition
) -> Iterator[Difference]:
    old_rows, new_rows = _by_code(before.reminders), _by_code(after.reminders)
    for row in dict.fromkeys([*new_rows, *old_rows]):
        old, new = old_rows.get(row), new_rows.get(row)
        if old != new:
            yield Difference(
                section=ACTIVITY, code=code, field="reminders", row=row, before=old, after=new
            )


def _by_code(parts: Iterable[Any]) -> dict[str, Any]:
    return {part.code: part for part in parts}


def _by_ends(constraints: Iterable[Constraint]) -> dict[str, Constraint]:
    """Return the constraints by the points and regions they are between; a double gets a number."""
    found: dict[str, Constraint] = {}
    for constraint in constraints:
        regions = f" ({' '.join(constraint.regions)})" if constraint.regions else ""
        name = base = f"{constraint.earlier} → {constraint.later}{regions}"
        number = 2
        while name in found:
            name, number = f"{base} {number}", number + 1
        found[name] = constraint
    return found
