"""The days on which a centre is open, and how a date gives way when it is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from journeys.planning.domain.protocol import Roll

# Far enough to cross any holiday season; a centre closed for longer has no day to offer.
SEARCH_DAYS = 366


@dataclass(frozen=True, slots=True)
class OpenDays:
    """A centre's calendar: weekdays that are always closed (0 is Monday), and named closed days."""

    closed_weekdays: frozenset[int]
    closed: Mapping[date, str]

    def is_open(self, day: date) -> bool:
        """Tell whether the centre works on this day."""
        return day.weekday() not in self.closed_weekdays and day not in self.closed

    def name_of_closed(self, day: date) -> str:
        """Return the name of the closed day; empty for an open day or a plain closed weekday."""
        return self.closed.get(day, "")

    def choose(self, target: date, opens: date, closes: date, roll: Roll) -> date | None:
        """Return the day to take for `target` inside the window, or None when no day of it will do.

        Units:
            opens, closes: inclusive; a target outside them is first brought to the nearer end.
        """
        start = min(max(target, opens), closes)
        if roll is Roll.EXACT or self.is_open(start):
            return start
        return next(
            (day for day in _outwards(start, opens, closes, roll) if self.is_open(day)), None
        )

    def nearest(
        self,
        target: date,
        count: int = 3,
        *,
        opens: date = date.min,
        closes: date = date.max,
        roll: Roll = Roll.NEAREST,
    ) -> tuple[date, ...]:
        """Return the open days nearest to `target`, nearest first; with EXACT every day counts."""
        days: list[date] = []
        reach = timedelta(days=SEARCH_DAYS)
        low = max(opens, target - reach if target - date.min > reach else date.min)
        high = min(closes, target + reach if date.max - target > reach else date.max)
        if low > high:
            return ()
        start = min(max(target, low), high)
        for day in chain((start,), _outwards(start, low, high, Roll.NEAREST)):
            if roll is Roll.EXACT or self.is_open(day):
                days.append(day)
                if len(days) == count:
                    break
        return tuple(days)


def _outwards(start: date, opens: date, closes: date, roll: Roll) -> Iterator[date]:
    """Walk away from `start` inside the window, in the allowed direction; a tie goes later."""
    for distance in range(1, max((closes - start).days, (start - opens).days) + 1):
        if roll is not Roll.EARLIER and distance <= (closes - start).days:
            yield start + timedelta(days=distance)
        if roll is not Roll.LATER and distance <= (start - opens).days:
            yield start - timedelta(days=distance)
