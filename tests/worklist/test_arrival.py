"""Who is there is read together with what their page asks first, and nobody else gets that."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import AsyncClient, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone
from psycopg.pq import PipelineStatus

from carttrack import roundtrip
from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from journeys.worklist import access
from journeys.worklist.selectors import finding
from tests.factories import CentreFactory, MembershipFactory, centre_day, journey_at, staff

pytestmark = pytest.mark.django_db

LONG_AGO = date(2026, 1, 5)


@pytest.fixture
def trips(monkeypatch):
    """What has travelled: the statements of each trip."""
    sent = []
    real = roundtrip.RoundTrip.send

    def send(self):
        sent.append([asked.query.decode() for asked, _values in self._asked])
        real(self)

    monkeypatch.setattr(roundtrip.RoundTrip, "send", send)
    return sent


@pytest.fixture
def person(db):
    return staff(CentreFactory())


def pages_of(journey):
    return {
        "today": reverse("worklist:today"),
        "patients": reverse("worklist:patients"),
        "journey": reverse("worklist:journey", args=[journey.uid]),
    }


@pytest.mark.parametrize(("page", "at_most"), [("today", 2), ("patients", 4), ("journey", 3)])
def test_a_page_waits_for_the_database_a_few_times_only(desk, journey, trips, page, at_most):
    desk.get(pages_of(journey)[page])  # a protocol is parsed once for all pages
    trips.clear()
    assert desk.get(pages_of(journey)[page]).status_code == 200

    assert len(trips) <= at_most
    person, memberships, *_others = trips[0]
    assert 'FROM "accounts_user"' in person
    assert 'FROM "accounts_membership"' in memberships


def test_the_rows_of_a_page_come_with_the_person(desk, journey, trips):
    for page, table in (("today", "planning_activity"), ("journey", "planning_stage")):
        desk.get(pages_of(journey)[page])
        trips.clear()
        desk.get(pages_of(journey)[page])
        assert any(table in asked for asked in trips[0]), page


def test_another_day_or_cycle_of_a_journey_is_asked_for_later(desk, journey, trips):
    for query in ({"every": ""}, {"cycle": "1"}, {"known": "2020-01-01T08:00"}):
        trips.clear()
        desk.get(pages_of(journey)["journey"], query)
        assert not any("planning_stage" in asked for asked in trips[0]), query


@pytest.fixture
def other(coordinator):
    """A second centre of the coordinator, with a patient of its own."""
    centre = CentreFactory.create(time_zone="America/New_York")
    MembershipFactory.create(user=coordinator, centre=centre, role=Role.COORDINATOR)
    return journey_at(centre, coordinator=coordinator)


def test_whoever_goes_to_another_centre_sees_the_day_of_that_one(desk, journey, other):
    """The day is asked for where they sat last; it is shown only if they sit there still."""
    today = reverse("worklist:today")
    for each in (journey, other):
        dates = ("target_on", "opens_on", "closes_on", "chosen_on")
        each.activities.open().update(**dict.fromkeys(dates, LONG_AGO))
    for shown in (journey, other, journey):
        for query in ({"centre": shown.centre.code}, {}, {}):
            context = desk.get(today, query).context
            assert context["centre"] == shown.centre
            names = {row.name for row in context["attention"].rows}
            assert names == {shown.patient.full_name}


def test_whoever_loses_a_centre_sees_nothing_of_it(desk, coordinator, journey, other):
    today = reverse("worklist:today")
    assert desk.get(today).context["centre"] == journey.centre
    yesterday = centre_day(journey.centre) - timedelta(days=1)
    coordinator.memberships.filter(centre=journey.centre).update(until_on=yesterday)

    seen = desk.get(today)

    assert seen.context["centre"] == other.centre
    assert journey.patient.family_name not in seen.text


def test_a_centre_that_changes_its_clock_has_its_own_day(desk, journey):
    today = reverse("worklist:today")
    desk.get(today)
    far = "Pacific/Kiritimati" if timezone.now().hour >= 12 else "Pacific/Pago_Pago"
    Centre.objects.filter(pk=journey.centre_id).update(time_zone=far)

    assert desk.get(today).context["today"] == timezone.now().astimezone(ZoneInfo(far)).date()


def is_idle():
    wire = connection.connection.pgconn
    return wire.pipeline_status == PipelineStatus.OFF


def test_what_was_asked_for_a_page_that_is_not_shown_is_left_in_order(desk, journey):
    """A method that is refused, a journey of nobody, a page that fails."""
    pages = pages_of(journey)
    assert desk.post(pages["today"]).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert is_idle()
    nobody = reverse("worklist:journey", args=[uuid4()])
    assert desk.get(nobody).status_code == HTTPStatus.NOT_FOUND
    assert is_idle()
    assert desk.get(pages["today"], {"centre": "elsewhere"}).status_code == HTTPStatus.NOT_FOUND
    assert is_idle()
    assert desk.get(pages["journey"]).status_code == HTTPStatus.OK


@pytest.mark.parametrize("page", ["today", "patients", "journey"])
def test_an_asynchronous_server_shows_the_same(coordinator, journey, page):
    """There each guard and the view have a context of their own."""
    browser = AsyncClient()
    browser.force_login(coordinator)
    for _time in range(2):
        answer = async_to_sync(browser.get)(pages_of(journey)[page])
        assert answer.status_code == HTTPStatus.OK
        assert journey.patient.family_name in answer.content.decode() or page == "today"
    assert is_idle()


def test_seats_are_kept_for_so_many_people_only(desk, journey, monkeypatch):
    monkeypatch.setattr(access, "SEATS", 1)
    for _time in range(3):
        assert desk.get(reverse("worklist:today")).status_code == HTTPStatus.OK
        assert len(access._seats) <= 1


def test_the_first_page_of_patients_comes_with_the_person(desk, journey, trips):
    desk.get(reverse("worklist:patients"), {"status": "active", "owner": "me"})
    assert any('FROM "patients_patient"' in asked for asked in trips[0])


@pytest.mark.parametrize("key", ["after", "owner", "q"])
def test_a_page_that_depends_on_more_is_asked_for_later(desk, journey, coordinator, trips, key):
    said = {"after": journey.patient.uid, "owner": coordinator.uid, "q": journey.patient.identifier}
    shown = desk.get(reverse("worklist:patients"), {key: said[key]})

    assert not any('FROM "patients_patient"' in asked for asked in trips[0])
    assert (journey.patient.family_name in shown.text) is (key != "after")


def test_a_search_that_finds_nobody_asks_for_nobody(person):
    assert finding.asked_for_page(person, finding.Filters(text="-")) is None
    page = finding.page_of(person, finding.Filters(text="-"))
    assert (page.patients, page.count) == ([], "0")


@pytest.mark.parametrize("page", ["today", "patients", "journey"])
@pytest.mark.parametrize("change", ["left", "password", "gone"])
def test_a_session_that_holds_no_longer_shows_nothing(desk, journey, coordinator, page, change):
    if change == "left":
        User.objects.filter(pk=coordinator.pk).update(is_active=False)
    elif change == "password":
        coordinator.set_password("another one, 2026")
        coordinator.save()
    else:
        session = desk.session
        session[SESSION_KEY] = "2000000000"
        session.save()

    answer = desk.get(pages_of(journey)[page])

    assert answer.status_code == 302
    assert reverse("account_login") in answer.url
    assert journey.patient.family_name not in answer.text


def test_a_person_is_the_same_as_ever(desk, coordinator, journey):
    """What is read on arrival is the whole person, with every field as its own type."""
    seen = desk.get(reverse("worklist:today")).context["user"]
    whole = User.objects.get(pk=coordinator.pk)

    for field in User._meta.concrete_fields:
        assert getattr(seen, field.attname) == getattr(whole, field.attname), field.name
    assert seen.get_deferred_fields() == set()


def test_a_view_without_our_guard_asks_for_itself(coordinator, journey):
    path = reverse("worklist:today")
    request: Any = RequestFactory().get(path)
    request.user, request.session, request.htmx = coordinator, {}, None

    answer: Any = resolve(path).func(request)

    assert answer.context_data["centre"] == journey.centre
    assert isinstance(answer.context_data["today"], date)
