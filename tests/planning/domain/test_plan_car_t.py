"""The classic journey, date by date: from referral to year fifteen."""

from datetime import date, timedelta

import pytest

from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.plan import StepKind
from journeys.planning.domain.points import UnknownPoint
from journeys.planning.domain.protocol import LabelRule
from journeys.planning.domain.rules import MissingRule
from tests.planning.domain.protocols import (
    CAR_T,
    CHECKS,
    DRIVING,
    RULES,
    WEEKDAYS,
    activity,
    booked,
    by_point,
    expected,
    happened,
    locked,
    plan,
    protocol,
    repeat,
)

REFERRED = happened("referral", date(2026, 1, 5))
COLLECTED = happened("leukapheresis", date(2026, 1, 19))
RECEIVED = happened("product_received", date(2026, 2, 16))
INFUSED = happened("infusion", date(2026, 3, 2))
DISCHARGED = happened("discharge", date(2026, 3, 16))


def chosen(*facts, **changes):
    return {point: each.chosen for point, each in by_point(plan(*facts, **changes)).items()}


def why(point, *facts, **changes):
    return [(step.kind, step.gives) for step in by_point(plan(*facts, **changes))[point].why]


@pytest.mark.feature(13)
def test_a_referral_alone_dates_the_whole_journey():
    days = chosen(REFERRED)

    assert days["leukapheresis"] == date(2026, 1, 19)
    assert days["product_received"] == date(2026, 2, 16)
    assert days["infusion"] == date(2026, 2, 28)
    assert days["lymphodepletion"] == date(2026, 2, 23)
    assert days["lymphodepletion#3"] == date(2026, 2, 25)
    assert days["discharge"] == date(2026, 3, 14)
    assert days["return_visit"] == date(2026, 4, 11)
    assert None not in days.values()


@pytest.mark.feature(2)
def test_the_return_visit_counts_from_discharge():
    late = happened("discharge", date(2026, 3, 30))

    assert chosen(INFUSED, DISCHARGED)["return_visit"] == date(2026, 4, 13)
    assert chosen(INFUSED, late)["return_visit"] == date(2026, 4, 27)


@pytest.mark.feature(2)
def test_lymphodepletion_counts_back_from_the_infusion():
    days = chosen(booked("infusion", date(2026, 3, 2)))

    assert [days[point] for point in ("lymphodepletion", "lymphodepletion#2")] == [
        date(2026, 2, 25),
        date(2026, 2, 26),
    ]


@pytest.mark.feature(5)
def test_fifteen_yearly_visits_follow_the_infusion():
    days = chosen(INFUSED)

    assert days["year"] == date(2027, 3, 3)  # not before day 366
    assert days["year#2"] == date(2028, 3, 2)
    assert days["year#15"] == date(2041, 3, 2)
    assert sum(point.startswith("year") for point in days) == 15


@pytest.mark.feature(4)
def test_an_infusion_on_29_february_is_visited_on_the_last_day_of_february():
    days = chosen(happened("infusion", date(2024, 2, 29)))

    assert days["year"] == date(2025, 3, 1)  # day 366
    assert days["year#2"] == date(2026, 2, 28)
    assert days["year#4"] == date(2028, 2, 29)
    assert days["year#12"] == date(2036, 2, 29)


@pytest.mark.feature(3)
def test_a_window_may_count_from_the_anchor():
    day_100 = by_point(plan(INFUSED))["day_100"]

    assert (day_100.target, day_100.opens, day_100.closes) == (
        date(2026, 6, 10),
        date(2026, 5, 26),
        date(2026, 6, 25),
    )


def test_a_window_from_the_anchor_shifts_with_each_occurrence():
    visits = activity(
        "visit", "start", "P10D", "P8D", "P12D", measured_from="anchor", repeat=repeat(3, "P30D")
    )
    made = protocol(activity("start"), visits)
    third = by_point(plan(happened("start", date(2026, 1, 1)), on=made))["visit#3"]

    assert (third.opens, third.target, third.closes) == (
        date(2026, 3, 10),
        date(2026, 3, 12),
        date(2026, 3, 14),
    )


@pytest.mark.feature(28)
def test_a_floor_raises_the_target_and_says_so():
    year = by_point(plan(INFUSED))["year"]

    assert year.opens == year.target == date(2027, 3, 3)
    offset, floor = year.why
    assert (offset.kind, offset.gives, offset.anchor) == (
        StepKind.OFFSET,
        date(2027, 3, 2),
        "infusion",
    )
    assert offset.anchor_fact is FactKind.HAPPENED
    assert (floor.kind, floor.because) == (StepKind.FLOOR, "never before day 366")


@pytest.mark.feature(28)
def test_a_closed_day_is_named_in_the_reasons():
    assert why("infusion", REFERRED, open_days=WEEKDAYS) == [
        (StepKind.OFFSET, date(2026, 2, 28)),
        (StepKind.OPEN_DAY, date(2026, 3, 2)),
    ]


def test_a_neighbour_that_is_nearer_says_more_than_the_anchor():
    done = happened("lymphodepletion", date(2026, 3, 1))
    infusion = by_point(plan(RECEIVED, done))["infusion"]

    assert infusion.chosen == date(2026, 3, 6)
    assert [(step.anchor, step.offset) for step in infusion.why] == [("lymphodepletion", "P5D")]


def test_of_neighbours_with_facts_the_nearest_wins():
    first = happened("lymphodepletion", date(2026, 3, 1))
    third = happened("lymphodepletion#3", date(2026, 3, 4))

    assert by_point(plan(RECEIVED, first, third))["infusion"].why[0].anchor == "lymphodepletion#3"


def test_what_came_before_is_dated_backwards():
    days = chosen(INFUSED)

    assert days["product_received"] == date(2026, 2, 18)
    assert days["leukapheresis"] == date(2026, 1, 21)
    assert days["referral"] == date(2026, 1, 7)


def test_nothing_is_dated_without_a_fact():
    found = plan()

    assert {each.chosen for each in found.activities} == {None}
    assert {each.why for each in found.activities} == {()}
    assert {(each.starts, each.ends) for each in found.stages} == {(None, None)}
    assert found.conflicts == ()


def test_what_no_fact_reaches_stays_undated():
    made = protocol(activity("start"), activity("other"), activity("visit", "other", "P1D"))
    days = chosen(happened("start", date(2026, 1, 1)), on=made)

    assert days == {"start": date(2026, 1, 1), "other": None, "visit": None}


def test_a_visit_with_a_fact_keeps_it_while_its_anchor_has_no_date():
    found = by_point(plan(booked("day_100", date(2026, 6, 10))))

    assert found["day_100"].chosen == found["day_100"].opens == date(2026, 6, 10)
    assert found["infusion"].chosen is None


@pytest.mark.feature(18)
@pytest.mark.parametrize("given", [booked, locked, expected, happened])
def test_a_later_point_counts_from_the_fact_and_not_from_the_rule(given):
    days = chosen(REFERRED, given("infusion", date(2026, 3, 9)))

    assert days["infusion"] == date(2026, 3, 9)
    assert days["discharge"] == date(2026, 3, 23)


def test_stages_take_the_days_of_their_ends():
    stages = {each.code: each for each in plan(INFUSED, DISCHARGED).stages}

    assert (stages["monitoring"].starts, stages["monitoring"].ends) == (
        date(2026, 3, 2),
        date(2026, 3, 16),
    )
    assert stages["lymphodepletion"].end_point == "lymphodepletion#3"
    assert stages["manufacturing"].start_point == "leukapheresis"
    assert stages["follow_up"].ends == date(2041, 3, 2)


@pytest.mark.feature(11)
def test_the_label_rule_of_the_day_of_infusion_counts():
    old = by_point(plan(happened("infusion", date(2025, 6, 25))))["no_driving_until"]
    new = by_point(plan(happened("infusion", date(2025, 6, 26))))["no_driving_until"]

    assert (old.chosen, old.why[0].source) == (date(2025, 8, 20), "label 2018")
    assert (new.chosen, new.why[0].rule) == (date(2025, 7, 10), DRIVING)


def test_the_label_rule_follows_the_planned_day_of_infusion_too():
    collected = happened("leukapheresis", date(2025, 1, 6))
    found = by_point(plan(collected))["no_driving_until"]

    assert found.why[0].source == "label 2018"


def test_day_0_is_known_by_the_name_of_its_stage_too():
    found = by_point(plan(happened("infusion.start", date(2025, 6, 25))))

    assert found["no_driving_until"].why[0].source == "label 2018"
    assert found["infusion"].fact is FactKind.HAPPENED


def test_no_label_rule_on_the_day_of_infusion_is_said():
    with pytest.raises(MissingRule, match="2017-03-01"):
        plan(happened("infusion", date(2017, 3, 1)))


@pytest.mark.feature(11)
def test_how_often_a_check_comes_may_be_a_label_rule():
    fewer = RULES | {
        CHECKS: (LabelRule(key=CHECKS, days=7, valid_from=date(2018, 1, 1), source="label"),)
    }

    assert sum(point.startswith("daily_check") for point in chosen(INFUSED)) == 10
    assert sum(point.startswith("daily_check") for point in chosen(INFUSED, rules=fewer)) == 7


def test_a_check_that_was_done_stays_when_the_rule_asks_for_fewer():
    done = happened("daily_check#12", date(2026, 3, 14))
    days = chosen(INFUSED, done)

    assert days["daily_check#12"] == date(2026, 3, 14)
    assert days["daily_check#11"] == date(2026, 3, 13)


@pytest.mark.parametrize("point", ["infusoin", "daily_check#0", "daily_check#x", "year#16"])
def test_a_fact_for_an_unknown_point_is_refused(point):
    with pytest.raises(UnknownPoint):
        plan(happened(point, date(2026, 3, 2)))


def test_two_facts_for_one_point_must_agree():
    same = happened("infusion.start", INFUSED.on)

    assert chosen(INFUSED, same)["infusion"] == INFUSED.on
    with pytest.raises(ValueError, match="two facts for infusion"):
        plan(INFUSED, happened("infusion.end", INFUSED.on + timedelta(days=1)))


def test_a_region_has_its_own_activities_and_limits():
    made = protocol(
        activity("start"),
        activity("extra", "start", "P3D", regions=("us",)),
        activity("visit", "start", "P7D"),
        regions=("eu", "us"),
    )
    started = happened("start", date(2026, 1, 1))

    assert "extra" not in chosen(started, on=made)
    assert chosen(started, on=made, region="us")["extra"] == date(2026, 1, 4)


def test_the_plan_comes_in_the_order_of_the_protocol():
    codes = list(dict.fromkeys(each.code for each in plan(INFUSED).activities))

    assert codes == [definition.code for definition in CAR_T.activities]


def test_a_date_beyond_the_calendar_is_an_overflow():
    with pytest.raises(OverflowError):
        plan(happened("infusion", date(9990, 1, 1)))
