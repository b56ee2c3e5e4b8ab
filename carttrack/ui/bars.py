"""The bar beside a date: its window, target, plan and what happened, on one scale for many rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString, mark_safe

from carttrack.ui import states

WIDTH, HEIGHT, EDGE = 176.0, 20, 6.0
SHORTEST_WINDOW = 3.0
SHORTEST_SPAN_DAYS = 10
MARKS = {
    "done": '<circle class="bar__done" cx="{x}" cy="10" r="4.5"/>',
    "booked": (
        '<path class="bar__booked" transform="translate({x} 10)" d="M0-5.5 5.5 0 0 5.5-5.5 0Z"/>'
    ),
}
PLANNED = '<circle class="bar__planned" cx="{x}" cy="10" r="4"/>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The days between which bars are drawn; `pauses` are times without a running clock."""

    start: date
    end: date
    today: date
    pauses: tuple[tuple[date, date], ...] = ()

    def x(self, on: date) -> float:
        """Return the place of a day, held inside the bar."""
        on = min(max(on, self.start), self.end)
        share = (on - self.start).days / max((self.end - self.start).days, 1)
        return EDGE + (WIDTH - 2 * EDGE) * share


def scale_of(
    days: Iterable[date | None], *, today: date, pauses: Iterable[tuple[date, date]] = ()
) -> Scale | None:
    """Return a scale on which all the days fit, or None when there is no day."""
    known = [day for day in days if day]
    if not known:
        return None
    start, end = min(known), max(known)
    missing = SHORTEST_SPAN_DAYS - (end - start).days
    if missing > 0:
        start -= timedelta(days=missing // 2)
        end += timedelta(days=missing - missing // 2)
    inside = tuple(pause for pause in pauses if pause[0] <= end and pause[1] >= start)
    return Scale(start=start, end=end, today=today, pauses=inside)


def bar(
    scale: Scale,
    *,
    state: str,
    opens: date | None,
    closes: date | None,
    target: date | None,
    on: date | None,
) -> SafeString:
    """Draw one row; the words beside it say the same, so it is hidden from readers aloud."""
    parts = [
        f'<svg class="bar-row state--{states.look(state).tone}" viewBox="0 0 {WIDTH:g} {HEIGHT}" '
        f'width="{WIDTH:g}" height="{HEIGHT}" aria-hidden="true" focusable="false">'
        f'<path class="bar__axis" d="M{EDGE:g} 10H{WIDTH - EDGE:g}"/>'
    ]
    for start, end in scale.pauses:
        left, width = _span(scale, start, end)
        parts.append(f'<rect class="bar__pause" x="{left}" y="2" width="{width}" height="16"/>')
    if scale.start <= scale.today <= scale.end:
        today = _n(scale.x(scale.today))
        parts.append(f'<path class="bar__today" d="M{today} 0V{HEIGHT}"/>')
    if opens and closes:
        left, width = _span(scale, opens, closes)
        parts.append(
            f'<rect class="bar__window" x="{left}" y="6" width="{width}" height="8" rx="2"/>'
        )
    if target:
        parts.append(f'<path class="bar__target" d="M{_n(scale.x(target))} 4V16"/>')
    if on:
        parts.append(MARKS.get(state, PLANNED).format(x=_n(scale.x(on))))
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - numbers and names of our own


def _span(scale: Scale, first: date, last: date) -> tuple[str, str]:
    left, right = scale.x(first), scale.x(last)
    if right - left < SHORTEST_WINDOW:
        left, right = left - SHORTEST_WINDOW / 2, left + SHORTEST_WINDOW / 2
    return _n(left), _n(right - left)


def _n(value: float) -> str:
    """Write a number as SVG reads it, whatever the language of the page."""
    return f"{value:.1f}".removesuffix(".0")
