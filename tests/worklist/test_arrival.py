"""Who is there is read together with what their page asks first, and nobody else gets that."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import RequestFactory
from django.urls import resolve, reverse

from carttrack import roundtrip
from carttrack.accounts.models import User
from journeys.worklist.selectors import finding
from tests.factories import CentreFactory, staff

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(("page", "at_most"), [("today", 3), ("patients", 4), ("journey", 4)])
def test_a_page_waits_for_the_database_a_few_times_only(desk, journey, trips, page, at_most):
    desk.get(pages_of(journey)[page])  # a protocol is parsed once for all pages
    trips.clear()
    assert desk.get(pages_of(journey)[page]).status_code == 200

    assert len(trips) <= at_most
    person, memberships, *_others = trips[0]
    assert 'FROM "accounts_user"' in person
    assert 'FROM "accounts_membership"' in memberships


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
