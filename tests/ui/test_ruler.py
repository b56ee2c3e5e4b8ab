"""The ruler: where windows lie on the time axis."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from carttrack.ui import ruler as time_axis
from carttrack.ui.ruler import RulerWindow

TODAY = date(2026, 3, 3)
DAY_0 = date(2026, 2, 11)
START, END = DAY_0 - timedelta(days=60), DAY_0 + timedelta(days=365 * 15)


def window(row="Return visit", first=25, last=35, on=28, **changes):
    known = {
        "row": row,
        "label": row,
        "opens": DAY_0 + timedelta(days=first),
        "closes": DAY_0 + timedelta(days=last),
        "on": None if on is None else DAY_0 + timedelta(days=on),
    }
    return RulerWindow(**(known | changes))


def drawn(*windows, start=START, end=END, day_0=DAY_0):
    return time_axis.ruler(windows, start=start, end=end, today=TODAY, day_0=day_0)


@given(first=st.dates(START, END), second=st.dates(START, END))
def test_a_later_day_never_lies_left_of_an_earlier_one(first, second):
    axis = time_axis.Axis(start=START, end=END, knee=DAY_0 + timedelta(days=130))

    if first <= second:
        assert axis.x(first) <= axis.x(second)
    assert time_axis.LABEL_WIDTH <= axis.x(first) <= time_axis.RIGHT_EDGE


def test_windows_of_one_row_share_a_line():
    ruler = drawn(
        window(), window("Yearly visits", 360, 380, 365), window("Yearly visits", 720, 740)
    )

    assert [line.label for line in ruler.lines] == ["Return visit", "Yearly visits"]
    assert [len(line.bars) for line in ruler.lines] == [1, 2]


def test_the_axis_counts_days_from_day_0_and_years_later():
    labels = [tick.label for tick in drawn(window()).ticks]

    assert "0" in labels
    assert "+28" in labels
    assert "+5 y" in labels


def test_without_day_0_the_axis_shows_dates():
    ruler = drawn(window(), end=START + timedelta(days=90), day_0=None)

    assert ruler.ticks[0].label == "13 Dec 2025"
    assert ruler.ticks[0].below == ""


def test_a_short_axis_is_even_to_its_end():
    last = drawn(window(), end=DAY_0 + timedelta(days=200)).ticks[-1]

    assert last.label == "+196"


def test_a_window_outside_the_axis_is_left_out():
    assert drawn(window(), end=DAY_0 + timedelta(days=10)).lines == ()


def test_today_is_marked_only_on_its_axis():
    assert drawn(window()).today_x
    assert drawn(window(), end=DAY_0 + timedelta(days=1)).today_x == ""


def test_a_bar_says_its_window_and_state_in_words():
    bar = drawn(window(state="booked")).lines[0].bars[0]

    assert bar.title == "Return visit: 8–18 Mar (Booked)"
    assert bar.tone == "info"


def test_a_short_window_can_still_be_seen():
    bar = drawn(window(first=0, last=0, on=0)).lines[0].bars[0]

    assert float(bar.width) == time_axis.SHORTEST_BAR
