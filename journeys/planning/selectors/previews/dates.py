"""The dates that move, each before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from journeys.planning.domain.protocol import Point
from journeys.planning.domain.replan import Dates
from journeys.planning.selectors.previews.titles import Titles
from journeys.planning.workspace import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """One date before and after, None where it is not in the plan.

    `broken` says what would not fit there, `is_what_moves` that the change begins with it.
    """

    title: str
    before: Dates | None
    after: Dates | None
    broken: tuple[str, ...] = ()
    is_what_moves: bool = False

    @property
    def shift(self) -> int | None:
        """Return by how many days it moves."""
        if not (self.before and self.after and self.before.day and self.after.day):
            return None
        return (self.after.day - self.before.day).days

    @property
    def moves(self) -> bool:
        """Tell whether its day changes and not only its window."""
        return self.shift != 0

    @property
    def waits(self) -> bool:
        """Tell whether it had a day and has none for now."""
        return bool(self.before and self.before.day and self.after and not self.after.day)

    @property
    def day(self) -> date | None:
        """Return its day, the former one where it leaves the plan."""
        side = self.after or self.before
        return side.day if side else None


def date_lines(
    proposal: Proposal, titles: Titles, broken: Mapping[Point, tuple[str, ...]]
) -> tuple[DateLine, ...]:
    """Return every date that changes: what moves first, then what breaks, then the others.

    What leaves the plan is not among them.
    """
    cancelled = {activity.point for activity in proposal.cancelled}
    subject = proposal.activity.point if proposal.activity else None
    lines = (
        DateLine(
            title=titles.of(change.point),
            before=change.before,
            after=change.after,
            broken=broken.get(change.point, ()),
            is_what_moves=change.point == subject,
        )
        for change in proposal.changes
        if change.after is not None or change.point not in cancelled
    )
    return tuple(sorted(lines, key=_order))


def _order(line: DateLine) -> tuple[bool, bool, bool, date]:
    return (not line.is_what_moves, not line.broken, not line.moves, line.day or date.max)
