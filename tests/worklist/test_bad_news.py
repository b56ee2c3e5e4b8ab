"""The bad-news switch on its pages: what stops is said first, and a mistake can be taken back."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from carttrack.accounts.domain import Role
from journeys.planning.models import BadNews
from notifications.models import Recipient, Reminder
from tests.factories import UserFactory, centre_day, journey_at, patient_at, staff
from tests.worklist.steps import page_of

CONFIRM, BACK = "bad-news-confirm", "bad-news-take-back"


@pytest.fixture
def journey(centre, coordinator, clinician):
    user = UserFactory(name="Elsa Egen")
    patient = patient_at(centre, user=user, email="elsa@example.test", language="sv")
    return journey_at(centre, patient=patient, coordinator=coordinator, clinician=clinician)


def tell(desk, journey, kind="progression", **typed):
    typed = {"on": centre_day(journey.centre).isoformat(), "page": "team_calls"} | typed
    return desk.post(page_of(journey, CONFIRM, kind), typed, follow=True)


def test_the_journeys_menu_leads_to_it(desk, journey):
    assert page_of(journey, "bad-news") in desk.get(page_of(journey)).text
    chosen = desk.get(page_of(journey, "bad-news")).text
    for kind in ("death", "progression", "withdrawal"):
        assert page_of(journey, CONFIRM, kind) in chosen


def test_the_page_says_what_stops_and_what_goes_on_before_anything_does(desk, journey):
    page = desk.get(page_of(journey, CONFIRM, "progression"))

    found = page.context["consequences"]
    own = Reminder.objects.filter(recipient__user=journey.patient.user).live()
    assert found.stopped_count == own.count() > 0
    assert found.going_on > 0
    assert "Ditt team kommer att prata med dig" in page.text
    assert not BadNews.objects.exists()


def test_confirming_stops_the_messages_and_the_journey_says_so(desk, journey, coordinator):
    page = tell(desk, journey)

    assert "Nobody on the patient&#x27;s side gets messages" in page.text
    assert coordinator.name in page.text
    assert not Reminder.objects.filter(recipient__user=journey.patient.user).live().exists()
    assert page_of(journey, BACK) in page.text


def test_a_second_press_is_refused_in_words(desk, journey):
    tell(desk, journey)

    page = tell(desk, journey)

    assert page.status_code == HTTPStatus.CONFLICT
    assert "recorded already" in page.text


def test_a_text_of_other_news_is_not_offered(desk, journey):
    page = tell(desk, journey, page="condolence")

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not BadNews.objects.exists()


def test_taking_it_back_needs_a_reason(desk, journey):
    tell(desk, journey)

    page = desk.post(page_of(journey, BACK), {"reason": ""})
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    page = desk.post(page_of(journey, BACK), {"reason": "Wrong patient."}, follow=True)
    assert "Taken back" in page.text
    assert Reminder.objects.filter(recipient__user=journey.patient.user).live().exists()


def test_there_is_nothing_to_take_back_at_first(desk, journey):
    assert "Nothing to take back" in desk.get(page_of(journey, BACK)).text


def test_an_unknown_sort_of_news_is_not_there(desk, journey):
    assert desk.get(page_of(journey, CONFIRM, "gossip")).status_code == HTTPStatus.NOT_FOUND


def test_a_data_manager_does_not_decide_it(client, centre, journey):
    client.force_login(staff(centre, Role.DATA_MANAGER))

    assert client.get(page_of(journey, "bad-news")).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("kind", "page", "title", "has_button"),
    [
        ("death", "condolence", "Vi beklagar sorgen", False),
        ("progression", "team_calls", "Ditt team kommer att prata med dig", True),
        ("withdrawal", "thanks", "Tack, och ta hand om dig", True),
    ],
)
def test_the_patients_pages_say_the_chosen_text_and_nothing_else(  # noqa: PLR0917 - a row of the table
    client, desk, journey, kind, page, title, has_button
):
    tell(desk, journey, kind, page=page)
    client.force_login(journey.patient.user)

    for route in ("portal:home", "portal:appointments"):
        shown = client.get(reverse(route)).text
        assert title in shown
        assert "Leukapheresis" not in shown
        assert (reverse("portal:help") in shown) is has_button
    assert client.get(reverse("portal:help")).status_code == HTTPStatus.OK


def test_a_mistake_opens_the_patients_pages_again(client, desk, journey, coordinator):
    tell(desk, journey, "death", page="condolence")
    client.force_login(coordinator)
    client.post(page_of(journey, BACK), {"reason": "Wrong patient."})
    client.force_login(journey.patient.user)

    assert "beklagar" not in client.get(reverse("portal:home")).text


def test_staff_are_not_told_by_the_patients_recipient(desk, journey):
    tell(desk, journey)

    told = Reminder.objects.filter(kind="interruption").values("recipient")
    assert not Recipient.objects.filter(pk__in=told, user=journey.patient.user).exists()
