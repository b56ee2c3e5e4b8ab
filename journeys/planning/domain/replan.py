"""What a new plan changes: the whole cascade as a diff, and a token that stands for it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from journeys.planning.domain.plan import Plan
from journeys.planning.domain.protocol import Point


class ChangeKind(StrEnum):
    """How an activity's dates change."""

    MOVED = "moved"  # the chosen day
    ADDED = "added"
    REMOVED = "removed"
    WINDOW = "window"  # the target or the window, while the chosen day stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The four dates of an activity; None while undated."""

    target: date | None
    opens: date | None
    closes: date | None
    chosen: date | None

    @property
    def day(self) -> date | None:
        """Return the day that counts."""
        return self.chosen or self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One activity's dates before and after; None where it is not in the plan."""

    point: Point
    kind: ChangeKind
    before: Dates | None
    after: Dates | None


def cascade(before: Mapping[Point, Dates], after: Plan) -> tuple[Change, ...]:
    """Return every change in the plan's order, and then what is no longer in the plan."""
    changes: list[Change] = []
    planned: set[Point] = set()
    for activity in after.activities:
        planned.add(activity.point)
        old = before.get(activity.point)
        new = Dates(
            target=activity.target,
            opens=activity.opens,
            closes=activity.closes,
            chosen=activity.chosen,
        )
        if old != new:
            changes.append(
                Change(point=activity.point, kind=_kind(old, new), before=old, after=new)
            )
    changes += (
        Change(point=point, kind=ChangeKind.REMOVED, before=before[point], after=None)
        for point in sorted(before.keys() - planned)
    )
    return tuple(changes)


def fingerprint(changes: Iterable[Change], *parts: str) -> str:
    """Return the token of a diff: the same for the same changes and parts, in the same order.

    A preview carries it and a commit must show it again, so that nobody confirms another diff.
    """
    record = {
        "changes": [
            [change.point, change.kind.value, _record(change.before), _record(change.after)]
            for change in changes
        ],
        "parts": parts,
    }
    canonical = json.dumps(record, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _kind(old: Dates | None, new: Dates) -> ChangeKind:
    if old is None:
        return ChangeKind.ADDED
    return ChangeKind.WINDOW if old.chosen == new.chosen else ChangeKind.MOVED


def _record(dates: Dates | None) -> list[str | None] | None:
    if dates is None:
        return None
    days = (dates.target, dates.opens, dates.closes, dates.chosen)
    return [day.isoformat() if day else None for day in days]
