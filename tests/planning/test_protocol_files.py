"""The shipped protocols, day by day: what a clinician would check on paper."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from journeys.planning.documents import (
    protocol_paths,
    read_protocol_file,
    read_rulesets,
    rules_from,
)
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.pauses import Pause
from journeys.planning.domain.plan import make_plan

DAY_0 = date(2026, 3, 10)  # a Tuesday; no 29 February in the year after it
EVERY_DAY = OpenDays(closed_weekdays=frozenset(), closed={})
RULESETS = read_rulesets(settings.RULESETS_DIR)
PROTOCOLS = {
    protocol.code: protocol
    for protocol, _ in (
        read_protocol_file(path, rulesets=RULESETS)
        for path in protocol_paths(settings.PROTOCOLS_DIR)
    )
}
REGIONS = [(code, region) for code, protocol in PROTOCOLS.items() for region in protocol.regions]
FROM_TISSUE = {"tcr-t-solid"}  # the cells come from tissue taken at surgery, not from blood
STAGES = [
    "referral",
    "leukapheresis",
    "manufacturing",
    "lymphodepletion",
    "infusion",
    "monitoring",
    "return_visit",
    "follow_up",
]
ACTIVITIES = {
    "referral",
    "eligibility",
    "leukapheresis",
    "product_received",
    "lymphodepletion",
    "infusion",
    "daily_check",
    "stay_near_ends",
    "driving_ends",
    "discharge",
    "return_visit",
    "day_100",
    "month_6",
    "year",
}


def plan(code, region, *, today=None, kind=FactKind.HAPPENED, track="", held=(), **days):
    protocol = PROTOCOLS[code]
    return make_plan(
        protocol,
        region=region,
        facts=[
            Fact(point=point.replace("__", "#"), on=on, kind=kind) for point, on in days.items()
        ],
        rules=rules_from(RULESETS, product=protocol.product, region=region),
        open_days=EVERY_DAY,
        today=today,
        pauses=held,
        track=track,
    )


def activity(planned, code, occurrence=1):
    return next(
        each for each in planned.activities if (each.code, each.occurrence) == (code, occurrence)
    )


def day(number):
    return DAY_0 + timedelta(days=number)


def days_of(planned, code):
    return [(each.chosen - DAY_0).days for each in planned.activities if each.code == code]


def collection_of(code):
    """Return the activity that gives the starting material."""
    return "tumour_tissue" if code in FROM_TISSUE else "leukapheresis"


def test_the_protocols_are_shipped_for_both_regions():
    assert set(PROTOCOLS) == {
        "car-t-standard",
        "axi-cel-lbcl",
        "axi-cel-fl",
        "tisa-cel-all",
        "tisa-cel-lbcl",
        "tisa-cel-fl",
        "brexu-cel-mcl",
        "brexu-cel-all",
        "liso-cel-lbcl",
        "ide-cel-mm",
        "cilta-cel-mm",
        "obe-cel-all",
        "tcr-t-solid",
    }
    assert all(set(protocol.regions) == {"eu", "us"} for protocol in PROTOCOLS.values())


@pytest.mark.parametrize("code", PROTOCOLS)
@pytest.mark.feature(121)
def test_every_protocol_passes_the_stages_of_the_mission_in_order(code):
    first = "starting_material" if code in FROM_TISSUE else "leukapheresis"

    assert [stage.code for stage in PROTOCOLS[code].stages] == [
        first if stage == "leukapheresis" else stage for stage in STAGES
    ]


@pytest.mark.parametrize("code", PROTOCOLS)
def test_every_protocol_shares_the_activity_codes(code):
    own = {"obe-cel-all": {"second_infusion"}, "tcr-t-solid": {"tumour_tissue", "response_visit"}}
    shared = ACTIVITIES - {"leukapheresis"} if code in FROM_TISSUE else ACTIVITIES

    assert {each.code for each in PROTOCOLS[code].activities} == shared | own.get(code, set())


@pytest.mark.parametrize("code", PROTOCOLS)
def test_every_number_in_a_protocol_names_its_source(code):
    protocol = PROTOCOLS[code]

    assert protocol.source
    assert all(each.source for each in protocol.activities if each.anchor)
    assert all(limit.source and limit.why for limit in protocol.constraints)


@pytest.mark.parametrize("code", PROTOCOLS)
def test_every_reminder_has_a_text_for_its_channel(code):
    reminders = [rule for each in PROTOCOLS[code].activities for rule in each.reminders]

    assert reminders
    for rule in reminders:
        folder = settings.BASE_DIR / "templates" / "notifications" / rule.kind
        assert (folder / f"{rule.channel}.en.txt").exists()


@pytest.mark.parametrize("code", PROTOCOLS)
def test_what_a_patient_sees_has_words_for_patients(code):
    protocol = PROTOCOLS[code]

    assert all(stage.patient_title and stage.patient_text for stage in protocol.stages)
    assert all(each.patient_title for each in protocol.activities if each.visible_to_patient)


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


@pytest.mark.feature(9)
def test_the_collection_and_the_infusion_have_a_gate():
    gates = {stage.code: stage.gate for stage in PROTOCOLS["car-t-standard"].stages if stage.gate}

    assert {code: [item.code for item in gate] for code, gate in gates.items()} == {
        "leukapheresis": ["consent", "infection_markers"],
        "infusion": ["product_released", "identity", "fit_for_infusion"],
    }
    assert all(item.source for gate in gates.values() for item in gate)


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


@pytest.mark.feature(4)
def test_a_patient_infused_on_29_february_has_yearly_visits_on_28_february():
    planned = plan("axi-cel-lbcl", "eu", infusion=date(2028, 2, 29))

    assert activity(planned, "year", 2).target == date(2030, 2, 28)
    assert activity(planned, "year", 4).target == date(2032, 2, 29)


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


@pytest.mark.parametrize("region", ["eu", "us"])
def test_a_solid_tumour_is_scanned_in_weeks_8_and_12(region):
    planned = plan("tcr-t-solid", region, infusion=DAY_0)

    assert days_of(planned, "response_visit") == [56, 84]
    second = activity(planned, "response_visit", 2)
    assert (second.opens, second.closes) == (day(77), day(91))


def test_the_same_lymphodepletion_gives_other_infusion_days_in_the_eu_and_the_us():
    eu = plan("cilta-cel-mm", "eu", lymphodepletion=day(0))
    us = plan("cilta-cel-mm", "us", lymphodepletion=day(0))

    windows = [
        (activity(each, "infusion").opens, activity(each, "infusion").closes) for each in (eu, us)
    ]
    assert windows == [(day(5), day(7)), (day(4), day(6))]


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
