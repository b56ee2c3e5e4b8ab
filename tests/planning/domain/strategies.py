"""Random calendars, protocols and facts; every protocol drawn here passes the lint."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.lint import lint_protocol
from journeys.planning.domain.pauses import Pause
from journeys.planning.domain.protocol import (
    ActivityKind,
    Constraint,
    NotBefore,
    Repeat,
    Roll,
    Window,
    point_of,
)
from tests.planning.domain.protocols import activity, protocol

DAY_0 = date(2026, 3, 2)
few_days = st.integers(0, 20)


def in_days(days):
    return Duration(days=days)


@st.composite
def calendars(draw):
    """A centre that is open on at least one day of the week, with some holidays."""
    weekdays = draw(st.frozensets(st.integers(0, 6), max_size=6))
    holidays = draw(st.sets(st.integers(-60, 400), max_size=8))
    return OpenDays(weekdays, {DAY_0 + timedelta(days=n): f"holiday {n}" for n in holidays})


@st.composite
def windows(draw):
    return Window(opens=in_days(-draw(few_days)), closes=in_days(draw(few_days)))


@st.composite
def activities(draw, place):
    """An activity that hangs on one of those before it, or is the root."""
    code = f"a{place}"
    if not place:
        return activity(code)
    repeat = None
    if draw(st.booleans()):
        repeat = Repeat(count=draw(st.integers(1, 3)), every=in_days(draw(st.integers(1, 10))))
    floors: tuple[NotBefore, ...] = ()
    if draw(st.integers(0, 3)) == 0:
        floors = (NotBefore(anchor="a0", offset=in_days(draw(st.integers(-20, 60)))),)
    return activity(
        code,
        f"a{draw(st.integers(0, place - 1))}",
        in_days(draw(st.integers(-30, 60))),
        window=draw(windows()),
        roll=draw(st.sampled_from(Roll)),
        repeat=repeat,
        not_before=floors,
        kind=draw(st.sampled_from([ActivityKind.VISIT, ActivityKind.RESTRICTION])),
    )


@st.composite
def calendar_visits(draw, place, anchor):
    """A visit that nothing hangs on, placed by months."""
    every = Duration(months=draw(st.integers(1, 12)))
    return activity(
        f"a{place}",
        anchor,
        Duration(months=draw(st.integers(0, 12)), days=draw(st.integers(-10, 10))),
        window=draw(windows()),
        roll=draw(st.sampled_from(Roll)),
        repeat=Repeat(count=draw(st.integers(1, 4)), every=every),
        kind=ActivityKind.VISIT,
    )


@st.composite
def protocols(draw, *, months=True):
    """A tree of activities with a few constraints between them."""
    size = draw(st.integers(1, 6))
    drawn = [draw(activities(place)) for place in range(size)]
    if months and draw(st.booleans()):
        drawn.append(draw(calendar_visits(size, f"a{draw(st.integers(0, size - 1))}")))
    limits = []
    for _ in range(draw(st.integers(0, 3))):
        earlier, later = draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))
        least = draw(st.integers(-40, 40))
        most = draw(st.none() | st.integers(least, least + 60).map(in_days))
        limits.append(
            Constraint(earlier=f"a{earlier}", later=f"a{later}", min=in_days(least), max=most)
        )
    made = protocol(*drawn, constraints=limits)
    if not lint_protocol(made, {}):
        return made
    return protocol(*(replace(each, not_before=()) for each in drawn))


def points_of(made):
    return [
        point_of(each.code, number)
        for each in made.activities
        for number in range(1, (each.repeat.count if each.repeat else 1) + 1)
    ]


@st.composite
def facts_for(draw, made, least=1):
    """Facts on some points, wherever they may lie."""
    points = draw(
        st.lists(st.sampled_from(points_of(made)), unique=True, min_size=least, max_size=4)
    )
    return tuple(
        Fact(
            point=point,
            on=DAY_0 + timedelta(days=draw(st.integers(-40, 80))),
            kind=draw(st.sampled_from(FactKind)),
        )
        for point in points
    )


@st.composite
def pauses(draw):
    """Holds that are over: none, or a few that do not overlap."""
    ends = draw(st.lists(st.integers(-50, 120), unique=True, max_size=6).map(sorted))
    days = [DAY_0 + timedelta(days=n) for n in ends]
    return tuple(Pause(*pair) for pair in zip(days[::2], days[1::2], strict=False))


@st.composite
def situations(draw, *, months=True):
    """A protocol, facts, a calendar and perhaps a today."""
    made = draw(protocols(months=months))
    today = draw(st.none() | st.integers(-60, 200).map(lambda n: DAY_0 + timedelta(days=n)))
    return made, draw(facts_for(made)), draw(calendars()), today
