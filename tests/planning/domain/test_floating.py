"""A hold that has not ended: what has no day until the journey resumes, and what keeps its own."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.plan import Step, StepKind
from journeys.planning.domain.reasons import ConflictKind
from journeys.planning.domain.recompute import recompute
from tests.planning.domain.protocols import (
    ALWAYS_OPEN,
    WEEKDAYS,
    booked,
    by_point,
    expected,
    happened,
    locked,
    plan,
)
from tests.planning.domain.strategies import DAY_0, situations

COLLECTED = happened("leukapheresis", date(2026, 1, 12))
INFUSED = happened("infusion", date(2026, 3, 2))
SINCE = date(2026, 1, 20)
AWAITING = (Step(kind=StepKind.AWAITING_RESUME, gives=SINCE),)


def held(*facts, **changes):
    return plan(*facts, held_since=SINCE, **changes)


@pytest.mark.feature(21)
def test_what_is_open_has_no_day_and_says_since_when():
    found = by_point(held(COLLECTED))

    for point in ("referral", "product_received", "lymphodepletion", "infusion", "year#15"):
        each = found[point]
        assert each.target is each.opens is each.closes is each.chosen is None
        assert each.why == AWAITING


@pytest.mark.feature(21)
@pytest.mark.parametrize("fact_of", [booked, locked, expected, happened])
def test_what_is_given_stays_and_what_counts_from_it_floats(fact_of):
    given_day = fact_of("product_received", date(2026, 2, 9))

    found = by_point(held(COLLECTED, given_day))

    assert found["product_received"].chosen == date(2026, 2, 9)
    assert found["infusion"].why == AWAITING


def test_what_counts_from_an_infusion_that_happened_keeps_its_day():
    during, without = by_point(held(COLLECTED, INFUSED)), by_point(plan(COLLECTED, INFUSED))

    for point in ("daily_check#3", "discharge", "return_visit", "no_driving_until", "year#15"):
        assert during[point] == without[point]
    assert during["product_received"].why == AWAITING


def test_an_infusion_that_is_only_booked_holds_nothing():
    found = by_point(held(COLLECTED, booked("infusion", date(2026, 3, 2))))

    assert found["infusion"].chosen == date(2026, 3, 2)
    assert found["discharge"].why == AWAITING


def test_a_stage_has_the_days_of_its_ends_as_far_as_they_have_any():
    stages = {stage.code: stage for stage in held(COLLECTED).stages}

    assert stages["manufacturing"].starts == date(2026, 1, 12)
    assert stages["manufacturing"].ends is None
    assert stages["infusion"].starts is None


def test_nobody_is_told_that_a_day_has_passed_for_what_has_none():
    late = date(2026, 12, 1)

    assert {c.kind for c in plan(COLLECTED, today=late).conflicts} == {ConflictKind.WINDOW_PASSED}
    assert held(COLLECTED, today=late).conflicts == ()


def test_facts_that_exclude_each_other_are_told_all_the_same():
    apart = (booked("product_received", date(2026, 3, 1)), booked("infusion", date(2026, 3, 2)))

    assert held(COLLECTED, *apart).conflicts
    assert {c.kind for c in held(COLLECTED, *apart).conflicts} == {ConflictKind.CONTRADICTION}


def test_what_awaits_resuming_has_no_day_to_recompute():
    found = by_point(held(COLLECTED))["infusion"]

    with pytest.raises(ValueError, match="no reasons"):
        recompute(found, {}, ALWAYS_OPEN)


@pytest.mark.feature(21)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(situations())
def test_only_facts_have_days_while_no_infusion_happened(situation):
    made, facts, open_days, today = situation
    found = plan(*facts, on=made, open_days=open_days, today=today, held_since=DAY_0)
    without = by_point(plan(*facts, on=made, open_days=open_days, today=today))

    for each in found.activities:
        if each.fact is None:
            assert each.chosen is each.target is None
            assert [step.kind for step in each.why] == [StepKind.AWAITING_RESUME]
        else:
            assert each == without[each.point]


def test_the_hold_can_begin_on_any_day_and_changes_no_other():
    first, second = (
        held(COLLECTED, open_days=WEEKDAYS),
        plan(COLLECTED, open_days=WEEKDAYS, held_since=date(2026, 1, 21)),
    )

    assert replace(first, activities=()) == replace(second, activities=())
    assert [each.chosen for each in first.activities] == [e.chosen for e in second.activities]
    assert FactKind.HAPPENED in {each.fact for each in first.activities}
