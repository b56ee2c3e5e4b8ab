"""Beds around the infusion: for the whole stay, over clock changes, shortage by day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from journeys.capacity.domain.kinds import ResourceKind, is_infusion, kind_for
from journeys.capacity.domain.stays import DEFAULT_STAYS, Span, full_days, stay_span, whole_days
from journeys.capacity.models import Reservation
from journeys.capacity.services import hold_bed, set_stay
from journeys.capacity.services.refusals import NoBedForTheStay, TakesNoUnit
from tests.capacity.conftest import live
from tests.factories import activity_of

STOCKHOLM = ZoneInfo("Europe/Stockholm")
WARD_BED = next(stay for stay in DEFAULT_STAYS if stay.kind is ResourceKind.WARD_BED)


@pytest.fixture
def infuse(ward, take):
    """Book an infusion a number of days from now."""

    def infused(activity=None, *, days=40, **changes):
        activity = activity or activity_of(ward.journey(), "infusion")
        bed = {"resource_uid": ward.unit("Infusion bed").uid, "minutes": 60}
        return take(activity, **(bed | {"starts_at": ward.at(days)} | changes))

    return infused


@pytest.mark.feature(36)
def test_an_infusion_takes_the_ward_bed_for_the_whole_stay_and_the_icu_option(ward, infuse):
    infuse()

    assert live(ward) == ["Bed 1", "ICU 1", "Infusion bed"]
    bed = Reservation.objects.get(resource__name="Bed 1")
    day_0 = ward.today + timedelta(days=40)
    assert bed.starts_at.astimezone(ward.zone).replace(tzinfo=None) == datetime.combine(
        day_0, time()
    )
    assert bed.ends_at.astimezone(ward.zone).replace(tzinfo=None) == datetime.combine(
        day_0 + timedelta(days=11), time()
    )
    assert Reservation.objects.get(resource__name="ICU 1").is_option
    assert bed.appointment == Reservation.objects.get(resource__name="Infusion bed").appointment


@pytest.mark.feature(36)
def test_without_a_bed_for_the_whole_stay_nothing_is_booked_and_the_full_days_are_named(
    ward, infuse
):
    infuse()
    activity = activity_of(ward.journey(), "infusion")

    with pytest.raises(NoBedForTheStay) as refused:
        infuse(activity, days=49)

    assert str(refused.value.values["days"]).count(",") == 1  # days 49 and 50
    assert not Reservation.objects.filter(activity=activity).exists()
    infuse(activity, days=51)


@pytest.mark.feature(36)
def test_a_missing_icu_option_is_reported_and_stops_nothing(ward, infuse):
    ward.add(ResourceKind.WARD_BED, "Bed 2")
    infuse()

    booked = infuse(starts_at=ward.at(45))

    ((kind, days),) = booked.missing
    assert kind is ResourceKind.ICU_BED
    assert days == tuple(ward.today + timedelta(days=45 + count) for count in range(6))


def test_beds_that_change_from_day_to_day_are_no_stay(ward, infuse):
    ward.add(ResourceKind.WARD_BED, "Bed 2")
    infuse(days=40)
    infuse(days=55)

    infuse(days=46)  # Bed 2 is free from day 51 to 54 only for another
    with pytest.raises(NoBedForTheStay) as refused:
        infuse(days=53)

    assert refused.value.sentence.startswith("No bed") or "No single bed" in refused.value.sentence


def test_a_centre_sets_its_own_length_of_stay(ward, infuse):
    set_stay(
        centre=ward.centre,
        kind=ResourceKind.WARD_BED,
        last_day=2,
        source="Ward agreement",
        by=ward.coordinator,
        now=ward.clock["now"],
    )
    infuse()

    bed = Reservation.objects.get(resource__name="Bed 1")
    assert bed.ends_at == ward.at(43, time())


def test_a_bed_is_held_before_the_infusion_has_a_time_and_kept_when_it_gets_one(ward, infuse):
    ward.add(ResourceKind.WARD_BED, "Bed 0")
    activity = activity_of(ward.journey(), "infusion")
    other = activity_of(ward.journey(), "infusion")
    for each in (other, activity):
        hold_bed(
            activity_uid=each.uid,
            day_0=ward.today + timedelta(days=40),
            by=ward.coordinator,
            **ward.clock,
        )
    before = Reservation.objects.live().get(activity=activity, is_option=False)

    infuse(activity, days=41)

    after = Reservation.objects.live().get(activity=activity, resource__kind=ResourceKind.WARD_BED)
    assert before.resource == after.resource
    assert after.starts_at == ward.at(41, time())


def test_only_an_infusion_holds_beds(ward):
    with pytest.raises(TakesNoUnit):
        hold_bed(
            activity_uid=ward.collection().uid,
            day_0=ward.today,
            by=ward.coordinator,
            **ward.clock,
        )


@pytest.mark.feature(36)
@pytest.mark.parametrize(
    ("day_0", "hours"),
    [
        (date(2026, 3, 20), 11 * 24 - 1),  # the clocks go forward on 29 March
        (date(2026, 10, 20), 11 * 24 + 1),  # and back on 25 October
        (date(2028, 2, 25), 11 * 24),  # over 29 February
        (date(2026, 12, 28), 11 * 24),
    ],
)
def test_a_stay_is_counted_in_local_days_whatever_the_clocks_do(day_0, hours):
    span = stay_span(WARD_BED, day_0, STOCKHOLM)

    assert span.starts_at.astimezone(STOCKHOLM).time() == time()
    assert span.ends_at.astimezone(STOCKHOLM).time() == time()
    assert span.ends_at - span.starts_at == timedelta(hours=hours)


def test_a_leap_day_is_a_day_of_the_stay():
    span = stay_span(WARD_BED, date(2028, 2, 25), STOCKHOLM)

    assert span.ends_at.astimezone(STOCKHOLM).date() == date(2028, 3, 7)


def test_a_day_is_full_when_every_unit_is_taken_at_some_time_of_it():
    taken = Span(datetime(2026, 3, 2, 22, tzinfo=UTC), datetime(2026, 3, 3, 1, tzinfo=UTC))
    whole = whole_days(date(2026, 3, 3), date(2026, 3, 5), STOCKHOLM)
    first_on, last_on = date(2026, 3, 2), date(2026, 3, 5)

    full = full_days(first_on, last_on, taken=[[taken], [whole]], zone=STOCKHOLM)

    assert full == (date(2026, 3, 3),)
    assert not full_days(first_on, last_on, taken=[[taken], []], zone=STOCKHOLM)
    assert len(full_days(first_on, last_on, taken=[], zone=STOCKHOLM)) == 4


@pytest.mark.parametrize(
    ("code", "kind", "needed"),
    [
        ("leukapheresis", "procedure", ResourceKind.APHERESIS),
        ("lymphodepletion", "treatment", ResourceKind.CHAIR),
        ("infusion", "treatment", ResourceKind.INFUSION_BED),
        ("second_infusion", "treatment", ResourceKind.INFUSION_BED),
        ("return_visit", "visit", ResourceKind.CLINIC_SLOT),
        ("product_received", "product", None),
        ("driving_ends", "restriction", None),
    ],
)
def test_an_activity_takes_the_unit_of_its_kind(code, kind, needed):
    assert kind_for(code=code, kind=kind) is needed
    assert is_infusion(code) is (needed is ResourceKind.INFUSION_BED)
