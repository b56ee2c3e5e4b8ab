"""The ruler: every window of a journey on one time axis, as plain numbers for an SVG.

The first months carry nearly all dates and the following fifteen years hardly any, so the axis has
a knee: days before it, years after it, each part with its own even scale.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from carttrack.ui import dates, states

LABEL_WIDTH = 170.0
WIDTH = 1000.0
RIGHT_EDGE = WIDTH - 24.0
KNEE_AT = 760.0
AXIS_TOP, TOP = 34.0, 40.0
ROW_HEIGHT = 26.0
BAR_HEIGHT = 10.0
SHORTEST_BAR = 6.0
KNEE_AFTER_DAYS = 130
MOST_TICKS = 10
MOST_YEAR_TICKS = 5
STEPS_DAYS = (1, 2, 7, 14, 28, 56, 91, 182, 365)
YEAR_STEPS = (1, 2, 5, 10)
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class RulerWindow:
    """One window to draw: windows that share a `row` share a line; `on` is the chosen day."""

    row: str
    label: str
    opens: date
    closes: date
    on: date | None = None
    state: str = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A time without a running clock: from a day up to the day before `until`."""

    label: str
    start: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A drawn pause, over the whole height."""

    x: str
    width: str
    height: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A drawn window; numbers are ready to be SVG attributes."""

    x: str
    y: str
    width: str
    dot_x: str
    dot_y: str
    tone: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the ruler: its name at the left and its bars."""

    label: str
    y: str
    text_y: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on the axis with what is written above it."""

    x: str
    label: str
    below: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """Everything the template draws."""

    height: str
    axis_bottom: str
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    today_x: str
    now_y: str
    windows: tuple[RulerWindow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where a day lies: even days up to the knee, then an even scale to the end."""

    start: date
    end: date
    knee: date

    def x(self, on: date) -> float:
        """Return the horizontal place of a day, held inside the drawing."""
        on = min(max(on, self.start), self.end)
        knee_at = KNEE_AT if self.knee < self.end else RIGHT_EDGE
        if on <= self.knee:
            return LABEL_WIDTH + (knee_at - LABEL_WIDTH) * _share(on, self.start, self.knee)
        return knee_at + (RIGHT_EDGE - knee_at) * _share(on, self.knee, self.end)


def ruler(
    windows: Iterable[RulerWindow],
    *,
    start: date,
    end: date,
    today: date,
    day_0: date | None,
    pauses: Iterable[Pause] = (),
) -> Ruler:
    """Lay out windows between two days; with `day_0` the axis counts protocol days."""
    kept = tuple(window for window in windows if start <= window.closes and window.opens <= end)
    knee = (day_0 or start) + timedelta(days=KNEE_AFTER_DAYS)
    has_knee = start < knee and (end - knee).days > DAYS_PER_YEAR
    axis = Axis(start=start, end=end, knee=knee if has_knee else end)
    rows = list(dict.fromkeys(window.row for window in kept))
    lines = []
    for index, row in enumerate(rows):
        middle = TOP + ROW_HEIGHT * (index + 0.5)
        bars = tuple(_bar(window, axis, middle, today) for window in kept if window.row == row)
        lines.append(Line(label=row, y=_n(middle), text_y=_n(middle + 4), bars=bars))
    bottom = TOP + ROW_HEIGHT * len(rows)
    return Ruler(
        height=_n(bottom + 20),
        axis_bottom=_n(bottom),
        lines=tuple(lines),
        ticks=(*_day_ticks(axis, day_0, today), *_year_ticks(axis, day_0)),
        bands=tuple(
            _band(pause, axis, bottom, today) for pause in pauses if start <= pause.until <= end
        ),
        today_x=_n(axis.x(today)) if start <= today <= end else "",
        now_y=_n(bottom + 14),
        windows=kept,
    )


def _bar(window: RulerWindow, axis: Axis, middle: float, today: date) -> Bar:
    left, right = axis.x(window.opens), axis.x(window.closes)
    width = max(right - left, SHORTEST_BAR)
    look = states.look(window.state)
    chosen = axis.x(window.on) if window.on else left + width / 2
    return Bar(
        x=_n(left if right - left >= SHORTEST_BAR else chosen - width / 2),
        y=_n(middle - BAR_HEIGHT / 2),
        width=_n(width),
        dot_x=_n(chosen) if window.on else "",
        dot_y=_n(middle),
        tone=look.tone,
        title=f"{window.label}: {dates.staff_window(window.opens, window.closes, today=today)}"
        f" ({look.word})",
    )


def _band(pause: Pause, axis: Axis, bottom: float, today: date) -> Band:
    left, right = axis.x(pause.start), axis.x(pause.until)
    days = dates.staff_window(pause.start, pause.until, today=today)
    return Band(
        x=_n(left),
        width=_n(max(right - left, SHORTEST_BAR)),
        height=_n(bottom - AXIS_TOP),
        title=f"{pause.label}: {days}",
    )


def _day_ticks(axis: Axis, day_0: date | None, today: date) -> Iterator[Tick]:
    """Yield marks up to the knee at a step that keeps them apart, as protocol days if counted."""
    origin = day_0 or axis.start
    span = (axis.knee - axis.start).days
    step = next((days for days in STEPS_DAYS if span / days <= MOST_TICKS), STEPS_DAYS[-1])
    before = (origin - axis.start).days // step
    on = origin - timedelta(days=before * step)
    while on <= axis.knee:
        day = dates.short_day(on, today=today)
        if day_0 is None:
            yield Tick(x=_n(axis.x(on)), label=day, below="")
        else:
            number = dates.signed((on - day_0).days)
            yield Tick(x=_n(axis.x(on)), label=number, below=day)
        on += timedelta(days=step)


def _year_ticks(axis: Axis, day_0: date | None) -> Iterator[Tick]:
    """Yield a mark per year, or per few years, beyond the knee."""
    origin = day_0 or axis.start
    last = int((axis.end - origin).days / DAYS_PER_YEAR)
    step = next((years for years in YEAR_STEPS if last / years <= MOST_YEAR_TICKS), YEAR_STEPS[-1])
    if axis.knee == axis.end:
        return
    for year in range(step, last + 1, step):
        on = origin + timedelta(days=round(year * DAYS_PER_YEAR))
        if on > axis.knee:
            label = _("+%(count)d y") % {"count": year}
            yield Tick(x=_n(axis.x(on)), label=label, below=str(on.year))


def _share(on: date, first: date, last: date) -> float:
    return (on - first).days / max((last - first).days, 1)


def _n(value: float) -> str:
    """Write a number as SVG reads it, whatever the language of the page."""
    return f"{value:.1f}".removesuffix(".0")
