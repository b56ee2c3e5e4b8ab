"""When a unit is open: local hours per weekday, on the centre's own clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from journeys.capacity.domain.stays import Span, midnight

# Written 00:00 at the end of a day, as clocks have no 24:00.
MIDNIGHT = time()


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """From one wall time to another; `closes` 00:00 is the midnight that ends the day."""

    opens: time
    closes: time


# What is offered of a unit that is open around the clock.
DAYTIME = Hours(time(8), time(17))

# Hours by weekday, 0 is Monday; a weekday without an entry is closed.
Week = Mapping[int, Sequence[Hours]]


def open_spans(day: date, *, week: Week | None, is_open_day: bool, zone: ZoneInfo) -> list[Span]:
    """Return when a unit is open on a local day, neighbours joined into one.

    `week` is None where no hours are set: then the unit is open around the clock on open days.
    With hours of its own a unit still rests on the days on which the centre is closed.
    """
    if not is_open_day:
        return []
    if week is None:
        return [Span(midnight(day, zone), midnight(day + timedelta(days=1), zone))]
    spans = (_span(day, hours, zone) for hours in week.get(day.weekday(), ()))
    # Hours that the clocks skip are over before they begin.
    return joined(span for span in spans if span.starts_at < span.ends_at)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap as one."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.starts_at <= result[-1].ends_at:
            last = result.pop()
            span = Span(last.starts_at, max(last.ends_at, span.ends_at))  # noqa: PLW2901
        result.append(span)
    return result


def covers(spans: Iterable[Span], wanted: Span) -> bool:
    """Tell whether one of the open spans holds the wanted time whole."""
    return any(
        span.starts_at <= wanted.starts_at and wanted.ends_at <= span.ends_at for span in spans
    )


def _span(day: date, hours: Hours, zone: ZoneInfo) -> Span:
    ends_on = day + timedelta(days=1) if hours.closes == MIDNIGHT else day
    return Span(_instant(day, hours.opens, zone), _instant(ends_on, hours.closes, zone))


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
