"""After the infusion by each shipped protocol: what a clinician would check on paper."""

from datetime import date, timedelta

import pytest

from tests.planning.shipped import DAY_0, PROTOCOLS, REGIONS, activity, day, days_of, plan


@pytest.mark.parametrize(("code", "region"), REGIONS)
@pytest.mark.parametrize(
    ("activity_code", "days"),
    [
        ("day_100", (100, 85, 115)),
        ("month_6", (180, 150, 210)),
        ("year", (366, 366, 425)),
    ],
)
@pytest.mark.feature(3)
def test_follow_up_windows_are_those_of_the_registry(code, region, activity_code, days):
    visit = activity(plan(code, region, infusion=DAY_0), activity_code)

    assert (visit.target, visit.opens, visit.closes) == tuple(map(day, days))


@pytest.mark.feature(4)
def test_the_first_year_closes_on_day_425_also_over_a_leap_day():
    day_0 = date(2027, 6, 1)

    first, second, *_ = (
        each
        for each in plan("axi-cel-lbcl", "eu", infusion=day_0).activities
        if each.code == "year"
    )

    assert (first.opens - day_0).days == 366
    assert (first.closes - day_0).days == 425
    assert second.closes == date(2029, 6, 1) + timedelta(days=60)


@pytest.mark.parametrize(("code", "region"), REGIONS)
@pytest.mark.feature(5)
def test_fifteen_yearly_visits_stand_on_the_anniversaries(code, region):
    planned = plan(code, region, infusion=DAY_0)

    visits = [each for each in planned.activities if each.code == "year"]
    assert [each.occurrence for each in visits] == list(range(1, 16))
    for visit in visits[1:]:
        anniversary = DAY_0.replace(year=DAY_0.year + visit.occurrence)
        assert visit.target == anniversary
        assert visit.opens == anniversary - timedelta(days=30)
        assert visit.closes == anniversary + timedelta(days=60)


@pytest.mark.parametrize("region", ["eu", "us"])
@pytest.mark.parametrize(
    ("track", "years"),
    [
        ("", [*range(1, 16)]),
        ("standard-15", [*range(1, 16)]),
        ("short-5", [1, 2, 3, 4, 5]),
        ("registry", [1, 2, 3, 4, 5, 6, 8, 10, 12, 14]),
    ],
)
@pytest.mark.feature(6)
def test_the_follow_up_has_the_years_of_its_track(region, track, years):
    planned = plan("car-t-standard", region, track=track, infusion=DAY_0)

    visits = {each.occurrence: each for each in planned.activities if each.code == "year"}
    assert list(visits) == years
    for year in years[1:]:
        assert visits[year].target == DAY_0.replace(year=DAY_0.year + year)


@pytest.mark.feature(4)
def test_a_patient_infused_on_29_february_has_yearly_visits_on_28_february():
    planned = plan("axi-cel-lbcl", "eu", infusion=date(2028, 2, 29))

    assert activity(planned, "year", 2).target == date(2030, 2, 28)
    assert activity(planned, "year", 4).target == date(2032, 2, 29)


@pytest.mark.parametrize("region", ["eu", "us"])
def test_a_solid_tumour_is_scanned_in_weeks_8_and_12(region):
    planned = plan("tcr-t-solid", region, infusion=DAY_0)

    assert days_of(planned, "response_visit") == [56, 84]
    second = activity(planned, "response_visit", 2)
    assert (second.opens, second.closes) == (day(77), day(91))


@pytest.mark.parametrize(
    ("code", "region"), [each for each in REGIONS if PROTOCOLS[each[0]].product]
)
def test_the_return_visit_of_a_product_counts_from_the_infusion(code, region):
    visit = activity(plan(code, region, infusion=DAY_0, discharge=day(20)), "return_visit")

    assert (visit.target, visit.opens, visit.closes) == (day(28), day(21), day(35))


def test_the_return_visit_of_the_standard_journey_is_four_weeks_after_discharge():
    visit = activity(
        plan("car-t-standard", "eu", infusion=DAY_0, discharge=day(20)), "return_visit"
    )

    assert (visit.target, visit.opens, visit.closes) == (day(48), day(41), day(55))


@pytest.mark.parametrize(
    ("code", "region", "infused_on", "numbers"),
    [
        ("axi-cel-lbcl", "eu", date(2024, 6, 5), (10, 28, 56)),
        ("axi-cel-lbcl", "eu", date(2024, 6, 6), (7, 28, 56)),
        ("axi-cel-lbcl", "us", date(2025, 6, 25), (7, 28, 56)),
        ("axi-cel-lbcl", "us", date(2025, 6, 26), (7, 14, 14)),
        ("axi-cel-fl", "eu", date(2024, 6, 5), (10, 28, 56)),
        ("axi-cel-fl", "eu", date(2024, 6, 6), (7, 28, 56)),
        ("axi-cel-fl", "us", date(2025, 6, 25), (7, 28, 56)),
        ("axi-cel-fl", "us", date(2025, 6, 26), (7, 14, 14)),
        ("tisa-cel-all", "eu", date(2026, 3, 10), (10, 28, 56)),
        ("tisa-cel-all", "us", date(2025, 6, 25), (7, 28, 56)),
        ("tisa-cel-all", "us", date(2026, 3, 10), (7, 14, 14)),
        ("tisa-cel-lbcl", "eu", date(2026, 3, 10), (10, 28, 56)),
        ("tisa-cel-lbcl", "us", date(2025, 6, 25), (7, 28, 56)),
        ("tisa-cel-lbcl", "us", date(2025, 6, 26), (7, 14, 14)),
        ("tisa-cel-fl", "eu", date(2026, 3, 10), (10, 28, 56)),
        ("tisa-cel-fl", "us", date(2025, 6, 25), (7, 28, 56)),
        ("tisa-cel-fl", "us", date(2025, 6, 26), (7, 14, 14)),
        ("brexu-cel-mcl", "eu", date(2024, 6, 5), (10, 28, 56)),
        ("brexu-cel-mcl", "eu", date(2024, 6, 6), (7, 28, 56)),
        ("brexu-cel-mcl", "us", date(2025, 6, 25), (7, 28, 56)),
        ("brexu-cel-mcl", "us", date(2025, 6, 26), (7, 14, 14)),
        ("brexu-cel-all", "eu", date(2024, 6, 5), (10, 28, 56)),
        ("brexu-cel-all", "eu", date(2024, 6, 6), (7, 28, 56)),
        ("brexu-cel-all", "us", date(2025, 6, 25), (14, 28, 56)),
        ("brexu-cel-all", "us", date(2025, 6, 26), (7, 14, 14)),
        ("liso-cel-lbcl", "eu", date(2026, 3, 10), (7, 28, 56)),
        ("liso-cel-lbcl", "us", date(2025, 6, 25), (7, 28, 56)),
        ("liso-cel-lbcl", "us", date(2025, 6, 26), (7, 14, 14)),
        ("ide-cel-mm", "eu", date(2026, 3, 10), (10, 28, 56)),
        ("ide-cel-mm", "us", date(2025, 6, 25), (7, 28, 56)),
        ("ide-cel-mm", "us", date(2025, 6, 26), (7, 14, 14)),
        ("cilta-cel-mm", "eu", date(2026, 3, 10), (14, 28, 56)),
        ("cilta-cel-mm", "us", date(2025, 6, 25), (10, 28, 56)),
        ("cilta-cel-mm", "us", date(2025, 6, 26), (7, 14, 14)),
        ("obe-cel-all", "eu", date(2026, 3, 10), (14, 28, 56)),
        ("obe-cel-all", "us", date(2025, 6, 25), (14, 28, 56)),
        ("obe-cel-all", "us", date(2026, 3, 10), (14, 28, 56)),
        ("car-t-standard", "eu", date(2026, 3, 10), (14, 28, 56)),
        ("car-t-standard", "us", date(2025, 6, 25), (10, 28, 56)),
        ("car-t-standard", "us", date(2026, 3, 10), (7, 14, 14)),
        ("tcr-t-solid", "eu", date(2026, 3, 10), (14, 28, 56)),
        ("tcr-t-solid", "us", date(2026, 3, 10), (14, 28, 56)),
    ],
)
@pytest.mark.feature(11)
def test_label_rules_follow_product_region_and_the_day_of_infusion(
    code, region, infused_on, numbers
):
    checks, near, driving = numbers
    planned = plan(code, region, infusion=infused_on)

    daily = [each.chosen for each in planned.activities if each.code == "daily_check"]
    assert daily == [infused_on + timedelta(days=n) for n in range(1, checks + 1)]
    assert activity(planned, "stay_near_ends").chosen == infused_on + timedelta(days=near)
    assert activity(planned, "driving_ends").chosen == infused_on + timedelta(days=driving)
