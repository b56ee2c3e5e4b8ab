"""The clock stop: days on hold, which count for no target and no upper limit.

A limit in days says "`later` at most so many days after `earlier`". Days on hold between the two do
not count, so the latest day moves out, and seen from `later` the earliest day moves back. Both
moves keep the order of days, and each undoes the other as far as that is possible: this is all that
the network needs in order to stay exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Self


@dataclass(frozen=True, slots=True)
class Pause:
    """A hold that is over.

    Units:
        from_on, until_on: local calendar dates at the centre; `until_on`, on which work resumes, is
            no longer on hold. A hold that ended on its first day stopped nothing.

    Raises:
        ValueError: it ends before it begins.
    """

    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        if self.until_on < self.from_on:
            raise ValueError(f"a pause from {self.from_on} cannot end on {self.until_on}")


@dataclass(frozen=True, slots=True)
class HeldDays:
    """All days on hold.

    Units:
        spans: first day and day of resuming, as proleptic Gregorian ordinals, in order of time.
    """

    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, pauses: Iterable[Pause]) -> Self:
        """Return the days of all pauses.

        Raises:
            ValueError: two pauses overlap.
        """
        spans = sorted(
            (pause.from_on.toordinal(), pause.until_on.toordinal())
            for pause in pauses
            if pause.from_on < pause.until_on
        )
        if any(after[0] < before[1] for before, after in pairwise(spans)):
            raise ValueError("two pauses overlap")
        return cls(tuple(spans))

    def before(self, day: date) -> "HeldDays":
        """Return those days on hold that lie before `day`."""
        end = day.toordinal()
        return HeldDays(
            tuple((begins, min(resumes, end)) for begins, resumes in self.spans if begins < end)
        )

    def later(self, start: int, days: int) -> int:
        """Return the day that lies `days` after `start` when days on hold do not count.

        A span that runs backwards, or leads nowhere, is only an order: no hold stretches it.

        Units:
            start and the day returned: ordinals; days: calendar days.
        """
        day = start + days
        if days > 0:
            for begins, resumes in self.spans:
                if resumes <= start:
                    continue
                begins = max(begins, start)  # noqa: PLW2901 - the part after the start
                if day < begins:
                    break
                day += resumes - begins
        return day

    def earlier(self, end: int, days: int) -> int:
        """Return the first day from which `later` by `days` reaches `end`."""
        day = end - days
        if days > 0:
            for begins, resumes in reversed(self.spans):
                if begins >= end:
                    continue
                resumes = min(resumes, end)  # noqa: PLW2901 - the part before the end
                if day > resumes:
                    break
                day -= resumes - begins
        return day

    def after(self, start: date, end: date) -> date:
        """Return where `end` falls when the days on hold after `start` do not count."""
        if not self.spans or end <= start:
            return end
        first = start.toordinal()
        return date.fromordinal(self.later(first, end.toordinal() - first))

    def reaching(self, start: date, end: date) -> date:
        """Return the first day from which `end` is as near as it is from `start` without holds."""
        if not self.spans or end <= start:
            return start
        last = end.toordinal()
        return date.fromordinal(self.earlier(last, last - start.toordinal()))

    def between(self, start: date, end: date) -> int:
        """Return how many of the days from `start` up to `end` were on hold."""
        first, last = start.toordinal(), end.toordinal()
        return sum(
            max(0, min(resumes, last) - max(begins, first)) for begins, resumes in self.spans
        )


@lru_cache(maxsize=128)
def held_days(pauses: tuple[Pause, ...]) -> HeldDays:
    """Return the days of all pauses; the same pauses are put in order once.

    Raises:
        ValueError: two pauses overlap.
    """
    return HeldDays.of(pauses)
