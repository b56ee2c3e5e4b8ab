"""From the collection to the infusion by each shipped protocol, as one would check on paper."""

from datetime import timedelta

import pytest

from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.pauses import Pause
from tests.planning.shipped import DAY_0, REGIONS, activity, collection_of, day, days_of, plan


@pytest.mark.parametrize(("code", "region"), REGIONS)
@pytest.mark.feature(21)
def test_a_hold_after_the_collection_moves_the_way_to_the_infusion(code, region):
    collected = {collection_of(code): DAY_0}
    before = plan(code, region, **collected)
    after = plan(code, region, held=(Pause(day(3), day(13)),), **collected)

    assert after.conflicts == ()
    for point in ("product_received", "lymphodepletion", "infusion"):
        moved = activity(after, point).chosen - activity(before, point).chosen
        assert moved == timedelta(days=10)
    assert activity(after, collection_of(code)).chosen == DAY_0
    assert activity(after, "eligibility").chosen == activity(before, "eligibility").chosen


LYMPHODEPLETION_DAYS = {
    "car-t-standard": [-5, -4, -3],
    "axi-cel-lbcl": [-5, -4, -3],
    "axi-cel-fl": [-5, -4, -3],
    "tisa-cel-all": [-6, -5, -4, -3],
    "tisa-cel-lbcl": [-6, -5, -4],
    "tisa-cel-fl": [-6, -5, -4],
    "brexu-cel-mcl": [-5, -4, -3],
    "brexu-cel-all": [-4, -3, -2],
    "liso-cel-lbcl": [-5, -4, -3],
    "ide-cel-mm": [-5, -4, -3],
    "cilta-cel-mm": [-5, -4, -3],
    "obe-cel-all": [-6, -5, -4, -3],
    "tcr-t-solid": [-5, -4, -3],
}


@pytest.mark.parametrize(("code", "region"), REGIONS)
@pytest.mark.feature(2)
def test_lymphodepletion_is_planned_backwards_from_the_infusion(code, region):
    planned = plan(code, region, kind=FactKind.BOOKED, infusion=DAY_0)

    assert days_of(planned, "lymphodepletion") == LYMPHODEPLETION_DAYS[code]
    assert planned.conflicts == ()


# Days from a dose of lymphodepletion to the infusion: the dose, the first day and the last.
INFUSION_WINDOWS = {
    ("car-t-standard", "eu"): ("lymphodepletion__3", 2, 14),
    ("car-t-standard", "us"): ("lymphodepletion__3", 2, 14),
    ("axi-cel-lbcl", "eu"): ("lymphodepletion__3", 3, 17),
    ("axi-cel-lbcl", "us"): ("lymphodepletion__3", 3, 17),
    ("axi-cel-fl", "eu"): ("lymphodepletion__3", 3, 17),
    ("axi-cel-fl", "us"): ("lymphodepletion__3", 3, 17),
    ("tisa-cel-all", "eu"): ("lymphodepletion__4", 2, 14),
    ("tisa-cel-all", "us"): ("lymphodepletion__4", 2, 14),
    ("tisa-cel-lbcl", "eu"): ("lymphodepletion__3", 2, 11),
    ("tisa-cel-lbcl", "us"): ("lymphodepletion__3", 2, 11),
    ("tisa-cel-fl", "eu"): ("lymphodepletion__3", 2, 6),
    ("tisa-cel-fl", "us"): ("lymphodepletion__3", 2, 6),
    ("brexu-cel-mcl", "eu"): ("lymphodepletion__3", 3, 17),
    ("brexu-cel-mcl", "us"): ("lymphodepletion__3", 3, 17),
    ("brexu-cel-all", "eu"): ("lymphodepletion__3", 2, 16),
    ("brexu-cel-all", "us"): ("lymphodepletion__3", 2, 16),
    ("liso-cel-lbcl", "eu"): ("lymphodepletion__3", 2, 7),
    ("liso-cel-lbcl", "us"): ("lymphodepletion__3", 2, 7),
    ("ide-cel-mm", "eu"): ("lymphodepletion__3", 2, 9),
    ("ide-cel-mm", "us"): ("lymphodepletion__3", 2, 9),
    ("cilta-cel-mm", "us"): ("lymphodepletion__3", 2, 4),
    ("cilta-cel-mm", "eu"): ("lymphodepletion", 5, 7),
    ("obe-cel-all", "eu"): ("lymphodepletion__4", 2, 4),
    ("obe-cel-all", "us"): ("lymphodepletion__4", 2, 4),
    ("tcr-t-solid", "eu"): ("lymphodepletion__3", 2, 14),
    ("tcr-t-solid", "us"): ("lymphodepletion__3", 2, 14),
}


@pytest.mark.parametrize(("code", "region"), REGIONS)
def test_the_infusion_has_its_window_after_lymphodepletion(code, region):
    dose, opens, closes = INFUSION_WINDOWS[code, region]

    infusion = activity(plan(code, region, **{dose: DAY_0}), "infusion")

    assert (infusion.opens, infusion.closes) == (day(opens), day(closes))


@pytest.mark.parametrize(("code", "region"), REGIONS)
def test_an_infusion_a_day_outside_its_window_is_a_conflict(code, region):
    dose, opens, closes = INFUSION_WINDOWS[code, region]

    for outside in (opens - 1, closes + 1):
        facts = {dose: DAY_0, "infusion": day(outside)}
        assert plan(code, region, kind=FactKind.BOOKED, **facts).conflicts
    for inside in (opens, closes):
        facts = {dose: DAY_0, "infusion": day(inside)}
        assert not plan(code, region, kind=FactKind.BOOKED, **facts).conflicts


@pytest.mark.parametrize("region", ["eu", "us"])
def test_the_second_infusion_is_on_day_10_of_the_label_and_may_wait_until_day_21(region):
    second = activity(plan("obe-cel-all", region, infusion=DAY_0), "second_infusion")

    # The label calls the first infusion day 1, so its day 10 is nine days later.
    assert second.chosen == day(9)
    assert (second.opens, second.closes) == (day(7), day(20))


@pytest.mark.parametrize(("days", "conflicts"), [(6, 1), (7, 0), (20, 0), (21, 1)])
def test_a_second_infusion_outside_its_window_is_a_conflict(days, conflicts):
    planned = plan(
        "obe-cel-all",
        "eu",
        kind=FactKind.BOOKED,
        infusion=DAY_0,
        second_infusion=day(days),
    )

    assert len(planned.conflicts) == conflicts


def test_a_late_second_infusion_moves_nothing_else():
    early = plan("obe-cel-all", "eu", infusion=DAY_0, second_infusion=day(9))
    late = plan("obe-cel-all", "eu", infusion=DAY_0, second_infusion=day(20))

    moved = {
        before.code
        for before, after in zip(early.activities, late.activities, strict=True)
        if before.chosen != after.chosen
    }
    assert moved == {"second_infusion"}


def test_the_same_lymphodepletion_gives_other_infusion_days_in_the_eu_and_the_us():
    eu = plan("cilta-cel-mm", "eu", lymphodepletion=day(0))
    us = plan("cilta-cel-mm", "us", lymphodepletion=day(0))

    windows = [
        (activity(each, "infusion").opens, activity(each, "infusion").closes) for each in (eu, us)
    ]
    assert windows == [(day(5), day(7)), (day(4), day(6))]


@pytest.mark.parametrize(("code", "region"), REGIONS)
def test_a_whole_journey_is_planned_from_the_referral_without_a_conflict(code, region):
    planned = plan(code, region, referral=DAY_0)

    assert planned.conflicts == ()
    assert all(each.chosen for each in planned.activities)
    assert all(each.opens <= each.chosen <= each.closes for each in planned.activities)


@pytest.mark.parametrize(("code", "region"), REGIONS)
def test_manufacturing_takes_about_a_month(code, region):
    planned = plan(code, region, **{collection_of(code): DAY_0})

    assert activity(planned, "product_received").chosen == day(28)


@pytest.mark.parametrize(("code", "region"), REGIONS)
def test_lymphodepletion_before_the_product_is_on_site_is_a_conflict(code, region):
    planned = plan(
        code, region, kind=FactKind.BOOKED, product_received=day(1), lymphodepletion=day(0)
    )

    clauses = {clause.why for conflict in planned.conflicts for clause in conflict.because}
    assert "lymphodepletion never starts before the product is on site" in clauses
