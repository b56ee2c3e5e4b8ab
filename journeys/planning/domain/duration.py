"""Calendar-exact spans of time, written as ISO 8601 durations (P28D, -P5D, P1Y)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

ISO_8601 = re.compile(
    r"(?P<sign>[+-]?)P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?"
    r"(?:(?P<days>-?\d+)D)?"
)
MONTHS_PER_YEAR = 12
DAYS_PER_WEEK = 7
SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Duration:
    """Whole months and whole days, added to a date in that order.

    Units:
        months: calendar months; a day that the month does not have becomes its last day.
        days: calendar days.
    """

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an ISO 8601 duration of years, months, weeks and days.

        Raises:
            ValueError: the text is not such a duration.
        """
        match = ISO_8601.fullmatch(text)
        parts = {name: value for name, value in match.groupdict().items() if value} if match else {}
        sign = -1 if parts.pop("sign", "+") == "-" else 1
        if not parts:
            raise ValueError(f"{text!r} is not a duration; write days like P28D, a year like P1Y")
        years, months, weeks, days = (
            int(parts.get(name, 0)) for name in ("years", "months", "weeks", "days")
        )
        return cls(
            months=sign * (years * MONTHS_PER_YEAR + months),
            days=sign * (weeks * DAYS_PER_WEEK + days),
        )

    @property
    def is_days_only(self) -> bool:
        """Tell whether the span is the same number of days wherever it starts."""
        return self.months == 0

    def after(self, start: date) -> date:
        """Return the date that lies this span after `start`.

        Raises:
            OverflowError: the date would lie outside the years 1 to 9999.
        """
        if not self.months:
            return self._days_after(start)
        total = start.year * MONTHS_PER_YEAR + start.month - 1 + self.months
        year, month = divmod(total, MONTHS_PER_YEAR)
        if not date.min.year <= year <= date.max.year:
            raise OverflowError(f"{self} after {start} lies outside the calendar")
        day = start.day
        if day > SHORTEST_MONTH:
            day = min(day, calendar.monthrange(year, month + 1)[1])
        return self._days_after(date(year, month + 1, day))

    def _days_after(self, start: date) -> date:
        """Add the days alone, by ordinals: a plan does this a hundred times."""
        if not self.days:
            return start
        try:
            return date.fromordinal(start.toordinal() + self.days)
        except ValueError as error:
            raise OverflowError(f"{self} after {start} lies outside the calendar") from error

    def __add__(self, other: "Duration") -> "Duration":
        return Duration(months=self.months + other.months, days=self.days + other.days)

    def __mul__(self, times: int) -> "Duration":
        return Duration(months=self.months * times, days=self.days * times)

    def __neg__(self) -> "Duration":
        return self * -1

    def __str__(self) -> str:
        """Return the ISO 8601 form that `parse` reads back; "P1M-5D" is 5 days short of a month."""
        if not self.months and not self.days:
            return "P0D"
        is_back = (self.months or self.days) < 0
        years, months = divmod(abs(self.months), MONTHS_PER_YEAR)
        parts = ((years, "Y"), (months, "M"), (-self.days if is_back else self.days, "D"))
        text = "".join(f"{count}{unit}" for count, unit in parts if count)
        return f"{'-' if is_back else ''}P{text}"
