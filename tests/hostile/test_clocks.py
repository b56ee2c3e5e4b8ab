"""Midnight is elsewhere, nights are an hour long or short, and years have 29 February."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from carttrack.accounts.domain import Role
from carttrack.ui.fields import NoSuchTime, at_centre
from journeys.patients.selectors import head_of
from journeys.planning.models import Journey
from journeys.planning.services import book, record_happened, start_journey
from journeys.planning.services.refusals import (
    BeforeBirth,
    BeyondTheHorizon,
    DateInFuture,
    HourInFuture,
    NoRuleThen,
)
from journeys.planning.workspace import centre_today
from notifications.models import Reminder
from tests.access.world import DONE_IN_ORDER
from tests.factories import (
    CentreFactory,
    activity_of,
    meet_gates,
    patient_at,
    published,
    staff,
)

ZONES = (
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)


def noon(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(12), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def refer(on: date, *, zone: str = "Europe/Stockholm", today: date | None = None, **who) -> Journey:
    """Start a journey at a centre in a zone."""
    centre = CentreFactory(time_zone=zone)
    coordinator = staff(centre)
    return start_journey(
        patient=who.get("patient") or patient_at(centre, **who),
        version=published(who.pop("protocol", "car-t-standard")),
        centre=centre,
        coordinator=coordinator,
        clinician=staff(centre, Role.CLINICIAN),
        referred_on=on,
        by=coordinator,
        today=today or on,
        now=noon(today or on, zone),
    )


def infuse(journey: Journey, on: date, *, at: datetime | None = None) -> None:
    """Record everything up to the infusion, on or before the day it took place."""
    for code in DONE_IN_ORDER[: DONE_IN_ORDER.index("infusion") + 1]:
        for activity in journey.activities.filter(code=code).order_by("occurrence"):
            last = code == "infusion"
            meet_gates(activity, by=journey.clinician, now=noon(on, journey.centre.time_zone))
            record_happened(
                activity_uid=activity.uid,
                on=on if last else journey.started_on,
                at=at if last else None,
                by=journey.clinician,
                today=on,
                now=(at or noon(on, journey.centre.time_zone)) + timedelta(minutes=1),
            )


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.django_db
def test_an_infusion_at_half_past_eleven_at_night_counts_for_that_day(zone):
    on = date(2026, 3, 10)
    journey = refer(date(2026, 2, 2), zone=zone)
    at = datetime.combine(on, time(23, 30), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert centre_today(journey.centre, now=at) == on

    infuse(journey, on, at=at)

    infusion = activity_of(journey, "infusion")
    assert (infusion.happened_on, infusion.happened_at) == (on, at)
    assert activity_of(journey, "year", 2).target_on == date(2028, 3, 10)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.django_db
def test_tomorrow_at_the_centre_cannot_be_recorded_whatever_day_it_is_in_london(zone):
    journey = refer(date(2026, 2, 2), zone=zone)
    local = ZoneInfo(zone)
    for clock in (time(0, 5), time(23, 55)):
        now = datetime.combine(date(2026, 2, 3), clock, tzinfo=local).astimezone(UTC)
        with pytest.raises(DateInFuture):
            record_happened(
                activity_uid=activity_of(journey, "eligibility").uid,
                on=date(2026, 2, 4),
                by=journey.clinician,
                today=centre_today(journey.centre, now=now),
                now=now,
            )


@pytest.mark.django_db
def test_an_hour_that_is_still_to_come_cannot_be_recorded():
    journey = refer(date(2026, 2, 2))
    now = noon(date(2026, 2, 2), "Europe/Stockholm")

    with pytest.raises(HourInFuture):
        record_happened(
            activity_uid=activity_of(journey, "eligibility").uid,
            on=date(2026, 2, 2),
            at=now + timedelta(minutes=1),
            by=journey.clinician,
            today=date(2026, 2, 2),
            now=now,
        )


@pytest.mark.django_db
def test_an_infusion_on_29_february_has_its_years_on_the_last_of_february():
    journey = refer(date(2028, 1, 24))

    infuse(journey, date(2028, 2, 29))

    years = dict(journey.activities.filter(code="year").values_list("occurrence", "target_on"))
    assert years[1] == date(2029, 3, 1)  # never before day 366
    assert years[2] == date(2030, 2, 28)
    assert years[4] == date(2032, 2, 29)
    assert years[15] == date(2043, 2, 28)


NIGHTS = (
    ("Europe/Stockholm", date(2026, 3, 29), time(2, 30), True),
    ("America/New_York", date(2026, 3, 8), time(2, 30), True),
    ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), True),
    ("Europe/Stockholm", date(2026, 10, 25), time(2, 30), False),
    ("America/New_York", date(2026, 11, 1), time(1, 30), False),
    ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), False),
)


@pytest.mark.parametrize(("zone", "on", "clock", "is_gap"), NIGHTS)
def test_an_hour_that_does_not_exist_is_refused_and_of_a_repeated_one_the_first_counts(
    zone, on, clock, is_gap
):
    local = ZoneInfo(zone)
    if is_gap:
        with pytest.raises(NoSuchTime):
            at_centre(on, clock, local)
    else:
        first = at_centre(on, clock, local)
        assert first.astimezone(local).replace(tzinfo=None) == datetime.combine(on, clock)
        assert first.astimezone(local).fold == 0


@pytest.mark.parametrize(("zone", "on", "clock", "is_gap"), NIGHTS)
@pytest.mark.django_db
def test_a_booking_around_a_change_of_clocks_keeps_its_local_day(zone, on, clock, is_gap):
    journey = refer(on - timedelta(days=10), zone=zone)
    activity = activity_of(journey, "leukapheresis")
    for hour in (time(0), time(4), time(23, 59)):
        starts_at = at_centre(on, hour, ZoneInfo(zone))
        book(
            activity_uid=activity.uid,
            starts_at=starts_at,
            minutes=60,
            place="",
            by=journey.coordinator,
            today=on - timedelta(days=10),
            now=noon(on - timedelta(days=10), zone),
        )
        activity.refresh_from_db()
        assert (activity.chosen_on, activity.planned_at) == (on, starts_at)


@pytest.mark.django_db
def test_a_patient_far_away_is_written_to_on_their_own_clock():
    journey = refer(date(2026, 2, 2), time_zone="America/New_York", email="far@example.org")

    rows = Reminder.objects.filter(thread__uid=journey.uid, recipient__uid=journey.patient.uid)
    for row in rows:
        assert row.zone == "America/New_York"
        local = row.due_at.astimezone(ZoneInfo(row.zone))
        assert time(7) <= local.time() < time(21), (row.rule, local)
    staff_rows = Reminder.objects.filter(thread__uid=journey.uid).exclude(
        recipient__uid=journey.patient.uid
    )
    assert {row.zone for row in staff_rows} <= {"Europe/Stockholm"}


@pytest.mark.parametrize("on", [date(1, 1, 1), date(1899, 12, 31), date(1990, 1, 1)])
@pytest.mark.django_db
def test_a_referral_of_another_century_is_refused_with_a_sentence(on):
    with pytest.raises(BeyondTheHorizon) as caught:
        refer(on, today=date(2026, 2, 2))
    assert "Check the year" in caught.value.sentence


@pytest.mark.django_db
def test_a_referral_before_any_label_rule_is_refused_with_a_sentence():
    with pytest.raises(NoRuleThen) as caught:
        refer(date(2008, 2, 1), today=date(2026, 2, 2))
    assert "no label rule" in caught.value.sentence


@pytest.mark.django_db
def test_a_referral_is_not_older_than_the_patient():
    with pytest.raises(BeforeBirth):
        refer(date(2026, 2, 2), birth_on=date(2026, 2, 3))


@pytest.mark.django_db
def test_somebody_born_where_it_is_tomorrow_already_is_nought_years_old_here():
    today = date(2026, 2, 2)
    patient = patient_at(CentreFactory(), birth_on=today + timedelta(days=1))

    assert head_of(patient, today=today).age == 0


@pytest.mark.parametrize("on", [date(2100, 1, 1), date(9998, 12, 30)])
@pytest.mark.django_db
def test_a_booking_in_another_century_is_refused(on):
    journey = refer(date(2026, 2, 2))

    with pytest.raises(BeyondTheHorizon):
        book(
            activity_uid=activity_of(journey, "leukapheresis").uid,
            starts_at=noon(on, "Europe/Stockholm"),
            minutes=60,
            place="",
            by=journey.coordinator,
            today=date(2026, 2, 2),
            now=noon(date(2026, 2, 2), "Europe/Stockholm"),
        )
