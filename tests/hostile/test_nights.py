"""The two nights of the year on which the clocks change, and days at the edge of the calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from journeys.capacity.domain.hours import Hours, covers, open_spans
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.domain.stays import DEFAULT_STAYS, Span, full_days, stay_span
from journeys.capacity.models import Reservation
from journeys.capacity.services import add_resource, reserve
from journeys.planning.domain.states import HoldReason
from journeys.planning.services import put_on_hold, resume
from journeys.planning.services.refusals import BeforeTheHold, DateInFuture, DateInPast
from journeys.worklist.forms.journeys import KnownForm
from journeys.worklist.selectors.journeys import known_address
from tests.factories import CentreFactory, activity_of, centre_day, centre_now, journey_at, staff
from tests.hostile.test_clocks import NIGHTS, ZONES, infuse, refer

STOCKHOLM = ZoneInfo("Europe/Stockholm")
EDGES = ("1899-12-31", "1900-01-01", "2199-12-31", "9999-01-01", "9999-12-31")


@pytest.mark.parametrize("hour", [0, 1])
def test_a_revision_of_the_repeated_hour_is_found_by_its_own_address(hour):
    """Half past two comes twice that night; the link on a revision means the one of its own."""
    made_at = datetime(2026, 10, 25, hour, 30, 15, tzinfo=UTC)
    with timezone.override(STOCKHOLM):
        form = KnownForm({"known": known_address(made_at)})

        assert form.is_valid(), form.errors
        assert made_at < form.cleaned_data["known"] <= made_at + timedelta(seconds=60)


def test_an_hour_that_never_was_is_refused_with_a_sentence():
    with timezone.override(STOCKHOLM):
        form = KnownForm({"known": "2026-03-29T02:30"})

        assert not form.is_valid()
        assert "forward" in str(form.errors)


def test_of_the_repeated_hour_a_typed_time_means_the_second():
    """Whoever asks what was known at half past two wants to see everything known by then."""
    with timezone.override(STOCKHOLM):
        form = KnownForm({"known": "2026-10-25T02:30"})

        assert form.is_valid(), form.errors
        assert form.cleaned_data["known"] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "on", "clock", "is_gap"), NIGHTS)
def test_a_unit_is_open_for_no_negative_time(zone, on, clock, is_gap):
    local = ZoneInfo(zone)
    step = timedelta(minutes=10)
    day = datetime.combine(on, time())
    marks = [(day + step * number).time() for number in range(6 * 6)]
    for opens in marks:
        for closes in marks:
            if closes > opens:
                week = {on.weekday(): [Hours(opens, closes)]}
                for span in open_spans(on, week=week, is_open_day=True, zone=local):
                    assert span.starts_at < span.ends_at, (opens, closes)


@pytest.mark.parametrize(("zone", "on", "clock", "is_gap"), NIGHTS)
def test_a_bed_is_held_over_the_night_whole(zone, on, clock, is_gap):
    local = ZoneInfo(zone)
    for stay in DEFAULT_STAYS:
        span = stay_span(stay, on, local)
        assert span.starts_at.astimezone(local).time() == time()
        assert span.ends_at.astimezone(local).time() == time()
        assert full_days(on, on, taken=[[span]], zone=local) == (on,)
        before = Span(span.starts_at - timedelta(hours=1), span.starts_at)
        assert full_days(on, on, taken=[[before]], zone=local) == ()
    always = open_spans(on, week=None, is_open_day=True, zone=local)
    assert covers(always, Span(always[0].starts_at, always[0].ends_at))
    hours = (always[0].ends_at - always[0].starts_at) / timedelta(hours=1)
    assert hours < 24 if is_gap else hours > 24


@pytest.fixture
def centre(db):
    return CentreFactory()


@pytest.fixture
def clock(centre):
    return {"today": centre_day(centre), "now": centre_now(centre)}


def hold(journey, clock, **changes):
    asked = {"reason": HoldReason.INFECTION, "from_on": clock["today"], "expected_on": None}
    return put_on_hold(journey_uid=journey.uid, by=journey.coordinator, **(asked | clock | changes))


def test_a_hold_of_no_days_moves_nothing(centre, clock):
    journey = journey_at(centre)
    days = dict(journey.activities.values_list("pk", "chosen_on"))

    hold(journey, clock)
    resume(journey_uid=journey.uid, on=clock["today"], by=journey.coordinator, **clock)

    assert dict(journey.activities.values_list("pk", "chosen_on")) == days


def test_nobody_resumes_before_the_hold_or_after_today(centre, clock):
    journey = journey_at(centre, days_ago=5)
    hold(journey, clock, from_on=clock["today"] - timedelta(days=2))
    for days, refusal in ((-3, BeforeTheHold), (1, DateInFuture)):
        with pytest.raises(refusal):
            resume(
                journey_uid=journey.uid,
                on=clock["today"] + timedelta(days=days),
                by=journey.coordinator,
                **clock,
            )


def test_nobody_expects_to_go_on_before_tomorrow(centre, clock):
    with pytest.raises(DateInPast):
        hold(journey_at(centre), clock, expected_on=clock["today"])


@pytest.mark.parametrize("on", [date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29)])
@pytest.mark.django_db
def test_years_after_an_infusion_near_leap_day_are_in_order_and_inside_their_windows(on):
    journey = refer(on - timedelta(days=40))

    infuse(journey, on)

    years = list(journey.activities.filter(code="year").order_by("occurrence"))
    targets = [row.target_on for row in years]
    assert targets == sorted(set(targets))
    assert all(row.opens_on <= row.target_on <= row.closes_on for row in years)
    assert targets[0] >= on + timedelta(days=366)


@pytest.mark.django_db
def test_somebody_born_on_leap_day_is_shown_on_every_page(client):
    today = date(2026, 2, 28)
    journey = refer(today, birth_on=date(2008, 2, 29))
    client.force_login(journey.coordinator)
    for path in (
        reverse("worklist:patient", args=[journey.patient.uid]),
        reverse("worklist:journey", args=[journey.uid]),
        reverse("worklist:patients"),
    ):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.django_db
def test_no_day_at_the_edge_breaks_a_page_of_capacity_or_planning(client, zone, edge):
    journey = journey_at(CentreFactory(time_zone=zone))
    client.force_login(journey.coordinator)
    activity = activity_of(journey, "leukapheresis")
    asked = [
        (reverse("capacity:calendar"), {"from": edge, "weeks": "52"}),
        (reverse("capacity:reserve", args=[activity.uid]), {"on": edge}),
        (reverse("worklist:move", args=[activity.uid]), {"to_on": edge}),
        (reverse("worklist:journey", args=[journey.uid]), {"known": f"{edge}T23:59"}),
        (
            reverse("worklist:journey-hold", args=[journey.uid]),
            {"reason": "unfit", "from_on": edge},
        ),
        (
            reverse("worklist:journey-visit", args=[journey.uid]),
            {"title": "Count", "on": edge},
        ),
    ]
    for path, query in asked:
        assert client.get(path, query).status_code in {200, 409, 422}, path
        assert client.post(path, query).status_code in {200, 302, 405, 409, 422}, path


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.django_db
def test_a_unit_is_reserved_on_the_centres_own_day(client, zone):

    centre = CentreFactory(time_zone=zone, closed_weekdays=[])
    coordinator = staff(centre)
    journey = journey_at(centre, coordinator=coordinator)
    clock = {"today": centre_day(centre), "now": centre_now(centre)}
    unit = add_resource(
        centre=centre, kind=ResourceKind.APHERESIS, name="One", by=coordinator, now=clock["now"]
    )
    on = clock["today"] + timedelta(days=20)
    for hour in (time(0), time(23)):
        starts_at = datetime.combine(on, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        reserve(
            activity_uid=activity_of(journey, "leukapheresis").uid,
            resource_uid=unit.uid,
            starts_at=starts_at,
            minutes=60,
            by=coordinator,
            **clock,
        )
        assert activity_of(journey, "leukapheresis").chosen_on == on
    assert Reservation.objects.live().count() == 1
    client.force_login(coordinator)
    page = client.get(reverse("capacity:calendar"), {"from": on.isoformat()})
    assert page.status_code == 200
