"""What the ruler is made of, as SVG composed in one go."""

from django.utils.safestring import SafeString

from carttrack.ui.markup import NOTHING, joined, markup
from carttrack.ui.ruler import Band, Bar, Line, Ruler

TICK = (
    '<line class="ruler__tick" x1="{0}" x2="{0}" y1="34" y2="{1}"/>'
    '<text class="ruler__day" x="{0}" y="13">{2}</text>'
    '<text class="ruler__date" x="{0}" y="28">{3}</text>'
)
BAND = '<g><title>{}</title><rect class="ruler__pause" x="{}" y="34" width="{}" height="{}"/></g>'
LINE = '<text x="0" y="{}">{}</text>{}'
BAR = (
    '<g class="state--{}"><title>{}</title>'
    '<rect class="ruler__bar" x="{}" y="{}" width="{}" height="10" rx="3"/>{}</g>'
)
DOT = '<circle class="ruler__dot" cx="{}" cy="{}" r="5"/>'


def marks(ruler: Ruler) -> SafeString:
    """Draw the ticks of the axis, the pauses, and every line with its bars."""
    ticks = (
        markup(TICK, tick.x, ruler.axis_bottom, tick.label, tick.below) for tick in ruler.ticks
    )
    bands = (_band(band) for band in ruler.bands)
    lines = (_line(line) for line in ruler.lines)
    return joined([*ticks, *bands, *lines])


def _band(band: Band) -> SafeString:
    return markup(BAND, band.title, band.x, band.width, band.height)


def _line(line: Line) -> SafeString:
    return markup(LINE, line.text_y, line.label, joined(_bar(bar) for bar in line.bars))


def _bar(bar: Bar) -> SafeString:
    dot = markup(DOT, bar.dot_x, bar.dot_y) if bar.dot_x else NOTHING
    return markup(BAR, bar.tone, bar.title, bar.x, bar.y, bar.width, dot)
