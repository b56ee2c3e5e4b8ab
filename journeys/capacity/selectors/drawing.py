"""The calendar as plain numbers for an SVG: days across, units down, bars in lanes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from carttrack.ui import dates
from journeys.capacity.domain.stays import Span, midnight

WIDTH = 1280.0
LABEL_WIDTH = 150.0
TOP = 44.0
LANE = 20.0
BAR = 16.0
PADDING = 5.0
HEADING = 24.0
CHARACTER = 6.9
SHOWN_CHARACTERS = 3
WEEKEND = 5
DENSE_DAYS = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to draw: what it is called, its time and its look; `href` where it leads."""

    span: Span
    label: str
    title: str
    look: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One unit or patient with what lies on its line; a heading has no items of its own."""

    label: str
    items: Sequence[Item] = ()
    is_heading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A drawn item; numbers are ready to be SVG attributes."""

    x: str
    y: str
    width: str
    text_x: str
    text_y: str
    text: str
    title: str
    look: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A drawn row."""

    label: str
    y: str
    text_y: str
    height: str
    is_heading: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A day of the axis; `week` is said on Mondays and at the beginning."""

    x: str
    width: str
    middle: str
    number: str
    weekday: str
    week: str
    is_closed: bool
    is_today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Everything the template draws."""

    height: str
    bottom: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where an instant lies: every local day is as wide as the other, clock change or not."""

    first_on: date
    days: int
    zone: ZoneInfo

    @property
    def day_width(self) -> float:
        """Return the width of a day."""
        return (WIDTH - LABEL_WIDTH) / self.days

    def x(self, at: datetime) -> float:
        """Return the horizontal place of an instant, held inside the drawing."""
        day = at.astimezone(self.zone).date()
        length = midnight(day + timedelta(days=1), self.zone) - midnight(day, self.zone)
        part = (at - midnight(day, self.zone)) / length
        share = min(max((day - self.first_on).days + part, 0), self.days)
        return LABEL_WIDTH + share * self.day_width

    def cell(self, span: Span) -> tuple[float, float]:
        """Return where a bar begins and ends: what is shorter than a day gets the day's cell."""
        left, right = self.x(span.starts_at), self.x(span.ends_at)
        if right - left >= self.day_width:
            return left, right
        first = self.x(midnight(span.starts_at.astimezone(self.zone).date(), self.zone))
        return first, first + self.day_width


def draw(rows: Iterable[Row], *, axis: Axis, closed: frozenset[date], today: date) -> Drawing:
    """Lay out rows over days."""
    y = TOP
    lines = []
    for row in rows:
        lanes = _lanes(row.items, axis)
        height = HEADING if row.is_heading else PADDING * 2 + LANE * max(len(lanes), 1)
        lines.append(
            Line(
                label=_clipped(row.label, LABEL_WIDTH - 10),
                y=_n(y),
                text_y=_n(y + height / 2 + 4),
                height=_n(height),
                is_heading=row.is_heading,
                bars=tuple(
                    _bar(item, axis, y + PADDING + LANE * number)
                    for number, lane in enumerate(lanes)
                    for item in lane
                ),
            )
        )
        y += height
    return Drawing(
        height=_n(y + 2),
        bottom=_n(y),
        columns=tuple(_columns(axis, closed=closed, today=today)),
        lines=tuple(lines),
    )


def _lanes(items: Sequence[Item], axis: Axis) -> list[list[Item]]:
    """Put items that would cover each other under each other."""
    lanes: list[list[Item]] = []
    ends: list[float] = []
    for item in sorted(items, key=lambda each: (each.span.starts_at, each.title)):
        left, right = axis.cell(item.span)
        place = next((n for n, end in enumerate(ends) if end <= left + 0.5), None)
        if place is None:
            lanes.append([item])
            ends.append(right)
        else:
            lanes[place].append(item)
            ends[place] = right
    return lanes


def _bar(item: Item, axis: Axis, top: float) -> Bar:
    left, right = axis.cell(item.span)
    return Bar(
        x=_n(left + 1),
        y=_n(top + (LANE - BAR) / 2),
        width=_n(max(right - left - 2, 2)),
        text_x=_n(left + 5),
        text_y=_n(top + LANE / 2 + 4),
        text=_clipped(item.label, right - left - 8),
        title=item.title,
        look=item.look,
        href=item.href,
    )


def _columns(axis: Axis, *, closed: frozenset[date], today: date) -> Iterable[Column]:
    for number in range(axis.days):
        day = axis.first_on + timedelta(days=number)
        left = LABEL_WIDTH + number * axis.day_width
        begins_week = day.weekday() == 0 or number == 0
        yield Column(
            x=_n(left),
            width=_n(axis.day_width),
            middle=_n(left + axis.day_width / 2),
            number=str(day.day) if axis.days <= DENSE_DAYS or begins_week else "",
            weekday=dates.staff_day(day, today=day)[:2] if axis.days <= DENSE_DAYS else "",
            week=dates.short_day(day, today=today) if begins_week else "",
            is_closed=day in closed,
            is_today=day == today,
        )


def _clipped(text: str, width: float) -> str:
    """Return as much of a text as fits; what is cut off stands in the title and in the table."""
    fits = int(width / CHARACTER)
    if len(text) <= fits:
        return text
    return f"{text[: fits - 1]}…" if fits > SHOWN_CHARACTERS else ""


def _n(value: float) -> str:
    """Write a number as SVG reads it, whatever the language of the page."""
    return f"{value:.1f}".removesuffix(".0")
