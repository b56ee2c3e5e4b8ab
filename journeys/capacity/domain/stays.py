"""How long a bed is held around the infusion, and the instants that such days mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from journeys.capacity.domain.kinds import ResourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A bed that an infusion takes; an option is kept free and not lain in until it is needed.

    Units:
        first_day, last_day: protocol days, both inclusive; day 0 is the infusion's.
    """

    kind: ResourceKind
    first_day: int
    last_day: int
    is_option: bool
    source: str


# What holds where a centre has set nothing of its own.
DEFAULT_STAYS = (
    Stay(
        kind=ResourceKind.WARD_BED,
        first_day=0,
        last_day=10,
        is_option=False,
        source="Planning default from general knowledge; to be confirmed by a clinician",
    ),
    Stay(
        kind=ResourceKind.ICU_BED,
        first_day=0,
        last_day=10,
        is_option=True,
        source="Planning default from general knowledge; to be confirmed by a clinician",
    ),
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time from one instant to another, the end not included."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        """Tell whether two spans share any time."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a local day begins, whatever the clocks do that night."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def whole_days(first_on: date, last_on: date, zone: ZoneInfo) -> Span:
    """Return the span of local days, both inclusive: 23 or 25 hours where the clocks change."""
    return Span(midnight(first_on, zone), midnight(last_on + timedelta(days=1), zone))


def stay_span(stay: Stay, day_0: date, zone: ZoneInfo) -> Span:
    """Return when the bed is held for an infusion on `day_0`."""
    return whole_days(
        day_0 + timedelta(days=stay.first_day), day_0 + timedelta(days=stay.last_day), zone
    )


def days_of(first_on: date, last_on: date) -> Iterator[date]:
    """Yield the days from one to another, both inclusive."""
    for count in range((last_on - first_on).days + 1):
        yield first_on + timedelta(days=count)


def full_days(
    first_on: date, last_on: date, *, taken: Iterable[Iterable[Span]], zone: ZoneInfo
) -> tuple[date, ...]:
    """Return the days on which every unit is taken at some time; `taken` has one entry a unit.

    Where there is no unit at all, every day is full.
    """
    units = [tuple(spans) for spans in taken]
    return tuple(
        day
        for day in days_of(first_on, last_on)
        if all(any(span.overlaps(whole_days(day, day, zone)) for span in spans) for spans in units)
    )
