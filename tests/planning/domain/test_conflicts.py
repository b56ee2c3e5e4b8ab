"""What does not fit: told with the facts and limits that exclude each other, and the ways out."""

from datetime import date, timedelta

import pytest

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.plan import ConflictKind, StepKind
from journeys.planning.domain.protocol import ActivityKind, NotBefore, Roll
from tests.planning.domain.protocols import (
    WEEKDAYS,
    activity,
    between,
    booked,
    by_point,
    days,
    expected,
    happened,
    locked,
    plan,
    protocol,
)

START = date(2026, 3, 2)
STARTED = happened("start", START)


def on(day):
    return START + timedelta(days=day)


def said(conflict):
    return [
        (
            clause.bound,
            clause.earlier,
            clause.later,
            clause.days if clause.on is None else clause.on,
        )
        for clause in conflict.because
    ]


@pytest.mark.feature(18)
def test_a_booked_infusion_that_the_product_misses_is_explained():
    facts = (booked("infusion", date(2026, 3, 3)), expected("product_received", date(2026, 3, 8)))
    found = plan(*facts, open_days=WEEKDAYS)
    (conflict,) = found.conflicts

    assert (conflict.kind, conflict.point) == (ConflictKind.CONTRADICTION, "infusion")
    assert said(conflict) == [
        ("fact", None, "infusion", date(2026, 3, 3)),
        ("max", "infusion", "lymphodepletion", -5),
        ("min", "product_received", "lymphodepletion", 1),
        ("fact", None, "product_received", date(2026, 3, 8)),
    ]
    assert conflict.nearest == (date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18))
    assert conflict.days_off == -11
    assert not conflict.is_settled


def test_where_facts_contradict_each_other_both_stay_and_the_rest_is_planned():
    facts = (booked("infusion", date(2026, 3, 3)), expected("product_received", date(2026, 3, 8)))
    found = by_point(plan(*facts))

    assert found["infusion"].chosen == date(2026, 3, 3)
    assert found["product_received"].chosen == date(2026, 3, 8)
    assert found["lymphodepletion"].chosen == date(2026, 2, 26)
    assert found["year#15"].chosen == date(2041, 3, 3)
    assert (found["infusion"].opens, found["infusion"].closes) == (
        date(2026, 3, 15),
        date(2026, 4, 19),
    )


def test_history_at_odds_with_itself_is_told_and_settled():
    first = happened("lymphodepletion", date(2026, 3, 1))
    (conflict,) = plan(first, happened("infusion", date(2026, 3, 20))).conflicts

    assert conflict.is_settled
    assert conflict.nearest == ()
    assert conflict.point == "infusion"
    assert conflict.days_off == 12


@pytest.mark.parametrize(
    ("first", "second", "moves"),
    [
        (booked, happened, "start"),
        (happened, booked, "visit"),
        (booked, booked, "visit"),  # the later of equals
        (expected, booked, "visit"),
        (booked, expected, "start"),
        (locked, expected, "start"),
        (expected, locked, "visit"),
    ],
)
def test_the_conflict_is_about_the_fact_that_a_person_would_rather_move(first, second, moves):
    made = protocol(
        activity("start"), activity("visit", "start", "P7D"), activity("after", "visit")
    )
    (conflict,) = plan(first("start", on(0)), second("visit", on(9)), on=made).conflicts

    assert conflict.point == moves


def test_a_conflict_stays_between_neighbours():
    made = protocol(
        activity("start"),
        activity("middle", "start", "P7D"),
        activity("end", "middle", "P7D"),
        activity("after", "end", "P7D"),
    )
    facts = (STARTED, happened("middle", on(9)), happened("end", on(16)))
    (conflict,) = plan(*facts, on=made).conflicts

    assert said(conflict) == [
        ("fact", None, "start", on(0)),
        ("max", "start", "middle", 7),
        ("fact", None, "middle", on(9)),
    ]


def test_two_ways_to_the_same_contradiction_are_told_once_in_the_protocols_words():
    made = protocol(
        activity("start"),
        activity("visit", "start", "P7D", "P0D", "P3D"),
        activity("after", "visit"),
        constraints=(between("start", "visit", most="P12D", why="twelve days at most"),),
    )
    (conflict,) = plan(STARTED, booked("visit", on(20)), on=made).conflicts

    assert [clause.why for clause in conflict.because] == ["", "twelve days at most", ""]
    assert conflict.days_off == 8
    assert conflict.nearest == (on(10), on(9), on(8))


def test_ways_out_do_not_lie_in_the_past():
    made = protocol(
        activity("start"),
        activity("visit", "start", "P7D", "P0D", "P3D"),
        activity("after", "visit"),
    )
    facts = (STARTED, booked("visit", on(20)))
    (conflict,) = plan(*facts, on=made, today=on(10)).conflicts

    assert conflict.nearest == (on(10),)


@pytest.mark.feature(18)
@pytest.mark.parametrize(("day", "off", "limit"), [(20, 10, "max"), (2, -3, "min")])
def test_a_visit_fixed_outside_its_window_stays_and_is_told(day, off, limit):
    made = protocol(activity("start"), activity("visit", "start", "P7D", "-P2D", "P3D"))
    found = plan(STARTED, locked("visit", on(day)), on=made)
    (conflict,) = found.conflicts

    assert by_point(found)["visit"].chosen == on(day)
    assert (conflict.point, conflict.days_off) == ("visit", off)
    assert said(conflict)[1][0] == limit
    assert all(on(5) <= way <= on(10) for way in conflict.nearest)
    assert len(conflict.nearest) == 3


def test_a_visit_under_its_floor_is_told_in_the_floors_words():
    floor = NotBefore(anchor="start", offset=days("P8D"), why="never before day 8")
    visit = activity("visit", "start", "P7D", "-P2D", "P3D", not_before=(floor,))
    (conflict,) = plan(
        STARTED, locked("visit", on(6)), on=protocol(activity("start"), visit)
    ).conflicts

    assert said(conflict)[1] == ("min", "start", "visit", 8)
    assert conflict.because[1].why == "never before day 8"


@pytest.mark.parametrize("day", [2, 9])
def test_a_visit_that_happened_outside_its_window_is_settled(day):
    made = protocol(activity("start"), activity("visit", "start", "P7D"))
    (conflict,) = plan(STARTED, happened("visit", on(day)), on=made).conflicts

    assert conflict.is_settled
    assert conflict.nearest == ()


@pytest.mark.parametrize("fact", [booked, locked, expected])
def test_a_visit_that_is_still_to_come_outside_its_window_is_not_settled(fact):
    made = protocol(activity("start"), activity("visit", "start", "P7D"))
    (conflict,) = plan(STARTED, fact("visit", on(9)), on=made).conflicts

    assert conflict.asks_for_a_date


@pytest.mark.parametrize("why", ["", "ten days at most"])
def test_an_event_that_leaves_something_open_without_a_day_is_not_settled(why):
    made = protocol(
        activity("start"),
        activity("check", "start", "P5D", "P0D", "P5D"),
        activity("visit", "check", "P5D", "P0D", "P20D"),
        activity("after", "check"),
        constraints=(
            between("start", "check", most="P10D", why=why),
            between("check", "visit", least="P5D"),
            between("start", "visit", most="P15D"),
        ),
    )
    late = happened("check", on(20))
    (left_open,) = plan(STARTED, late, on=made).conflicts
    (settled, *others) = plan(STARTED, late, happened("visit", on(26)), on=made).conflicts

    assert left_open.asks_for_a_date
    assert {clause.later for clause in left_open.because} >= {"check", "visit"}
    assert all(conflict.is_settled for conflict in (settled, *others))


def test_a_restriction_never_conflicts():
    ban = activity("ban", "start", "P14D", kind=ActivityKind.RESTRICTION, roll=Roll.LATER)
    made = protocol(activity("start"), ban)
    closed = OpenDays(frozenset(range(7)), {})

    assert plan(STARTED, on=made, today=on(99), open_days=closed).conflicts == ()
    assert plan(STARTED, locked("ban", on(20)), on=made).conflicts == ()
    assert by_point(plan(STARTED, on=made, open_days=closed))["ban"].chosen == on(14)


@pytest.mark.feature(27)
def test_a_window_without_an_open_day_is_told_with_the_nearest_days():
    made = protocol(
        activity("start"), activity("visit", "start", "P5D"), activity("next", "visit", "P2D")
    )
    found = plan(STARTED, on=made, open_days=WEEKDAYS)
    (conflict,) = found.conflicts
    visit = by_point(found)["visit"]

    assert (conflict.kind, conflict.point) == (ConflictKind.NO_OPEN_DAY, "visit")
    assert conflict.nearest == (on(4), on(7), on(3))
    assert said(conflict) == [
        ("fact", None, "start", on(0)),
        ("min", "start", "visit", 5),
        ("max", "start", "visit", 5),
    ]
    assert (visit.chosen, visit.target, visit.why[-1].gives) == (None, on(5), on(5))
    assert by_point(found)["next"].chosen == on(7)
    assert conflict.days_off == 0


@pytest.mark.feature(27)
def test_a_leaf_without_an_open_day_is_told_too():
    made = protocol(activity("start"), activity("visit", "start", "P5D"))
    (conflict,) = plan(STARTED, on=made, open_days=WEEKDAYS).conflicts

    assert said(conflict) == [
        ("fact", None, "start", on(0)),
        ("min", "start", "visit", 5),
        ("max", "start", "visit", 5),
    ]


CHAIN = protocol(
    activity("start"),
    activity("visit", "start", "P7D", "-P2D", "P10D"),
    activity("next", "visit", "P7D", "-P2D", "P10D"),
    activity("last", "next", "P7D", "-P2D", "P2D"),
)


def test_an_open_day_does_not_lie_in_the_past():
    visit = by_point(plan(STARTED, on=CHAIN, today=on(12)))["visit"]

    assert (visit.target, visit.chosen) == (on(7), on(12))
    assert [step.kind for step in visit.why] == [StepKind.OFFSET, StepKind.TODAY]


def test_a_leaf_does_not_lie_in_the_past_either():
    made = protocol(activity("start"), activity("visit", "start", "P7D", "-P2D", "P10D"))
    visit = by_point(plan(STARTED, on=made, today=on(12)))["visit"]

    assert (visit.target, visit.chosen) == (on(7), on(12))


def test_a_window_that_has_passed_is_told_and_the_day_stays():
    found = plan(STARTED, on=CHAIN, today=on(40))
    (first, *_) = found.conflicts

    assert (first.kind, first.point) == (ConflictKind.WINDOW_PASSED, "visit")
    assert said(first) == [
        ("fact", None, "start", on(0)),
        ("max", "start", "visit", 17),
        ("today", None, "visit", on(40)),
    ]
    assert first.nearest == (on(40), on(41), on(42))
    assert by_point(found)["visit"].chosen == on(7)
    assert {conflict.point for conflict in found.conflicts} == {"visit", "next", "last"}


def test_what_history_has_overtaken_is_a_gap_in_the_records_and_no_conflict():
    found = plan(STARTED, happened("next", on(15)), on=CHAIN, today=on(20))

    assert found.conflicts == ()
    assert by_point(found)["visit"].chosen == on(7)


def test_a_point_waits_for_one_before_it_that_may_not_lie_in_the_past():
    made = protocol(
        activity("product"),
        activity("preparation", "infusion", "-P5D"),
        activity("infusion", "product", "P12D", "-P5D", "P30D"),
        activity("after", "preparation"),
    )
    found = by_point(plan(happened("product", on(0)), on=made, today=on(10)))

    assert found["preparation"].chosen == on(10)
    assert found["infusion"].chosen == on(15)
    assert found["infusion"].target == on(12)
    step = found["infusion"].why[-1]
    assert (step.kind, step.anchor, step.gives) == (StepKind.TODAY, "preparation", on(15))


def test_a_constraint_raises_and_lowers_in_its_own_words():
    made = protocol(
        activity("start"),
        activity("early", "start", "P2D", "P0D", "P30D"),
        activity("late", "start", "P40D", "-P30D", "P0D"),
        constraints=(
            between("start", "early", least="P9D", why="rest first"),
            between("start", "late", most="P20D", why="do not wait"),
        ),
    )
    found = by_point(plan(STARTED, on=made))

    assert [(step.kind, step.because) for step in found["early"].why] == [
        (StepKind.OFFSET, ""),
        (StepKind.FLOOR, "rest first"),
    ]
    assert (found["late"].why[-1].kind, found["late"].chosen) == (StepKind.CEILING, on(20))


def test_a_limit_passed_over_leaves_a_point_its_own_window():
    made = protocol(
        activity("a"),
        activity("b", "a", "P10D", "-P1D", "P1D"),
        activity("c", "b", "P10D", "-P1D", "P1D", measured_from="target"),
        activity("d", "c"),
    )
    found = by_point(plan(happened("a", on(0)), happened("c", on(90)), on=made))

    assert found["b"].opens <= found["b"].chosen <= found["b"].closes


def test_a_window_that_misses_its_target_brings_the_target_in():
    made = protocol(
        activity("start"),
        activity("early", "start", "P1D", "P3D", "P9D", measured_from="anchor"),
        activity("late", "start", "P30D", "P3D", "P9D", measured_from="anchor"),
    )
    found = by_point(plan(STARTED, on=made))

    assert (found["early"].chosen, found["early"].why[-1].kind) == (on(3), StepKind.FLOOR)
    assert (found["late"].chosen, found["late"].why[-1].kind) == (on(9), StepKind.CEILING)
