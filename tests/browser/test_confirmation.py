"""From the message that asks, through the sign-in, to the coordinator's Today and back."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from carttrack.accounts.domain import Role
from journeys.planning.models import Activity
from journeys.planning.services import book
from notifications.domain.states import State
from notifications.models import Answer, Reminder
from notifications.tasks import sweep_reminders
from tests.browser.actors import PASSWORD, sign_in_by_password
from tests.factories import CentreFactory, UserFactory, activity_of, centre_day, journey_at, staff

EMAIL = "astrid.lindmark@example.org"


@pytest.fixture
def coordinator(live_server):
    user = staff(CentreFactory(), Role.COORDINATOR, name="Anna Kettner")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def booked(coordinator):
    """Return a visit of tomorrow, with a message that asks about it and is due."""
    centre = coordinator.memberships.get().centre
    journey = journey_at(centre, coordinator=coordinator)
    journey.patient.user = UserFactory(email=EMAIL)
    journey.patient.email = EMAIL
    journey.patient.save(update_fields=["user", "email"])
    activity = activity_of(journey, "leukapheresis")
    now = timezone.now()
    book(
        activity_uid=activity.uid,
        starts_at=now + timedelta(hours=30),
        minutes=60,
        place="Room 4",
        by=coordinator,
        today=centre_day(centre),
        now=now,
    )
    first = Reminder.objects.filter(
        topic__uid=activity.uid, recipient__user=journey.patient.user, kind="appointment_booked"
    )
    Reminder.objects.filter(pk=first[0].pk).update(
        asks=True,
        ignores_quiet=True,
        state=State.PENDING,
        due_at=now - timedelta(minutes=1),
        expires_at=now + timedelta(hours=20),
        occurs_on=Activity.objects.get(pk=activity.pk).chosen_on,
    )
    return journey


def answer_by_message(page, smtp_sink):
    """Follow the link of the message, sign in with a code, and return the patient's page."""
    letter = str(smtp_sink.messages[-1].get_content())
    link = re.search(r"https?://\S+", letter)
    assert link, letter
    page.context.clear_cookies()
    page.goto(urlsplit(link[0]).path)
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_role("button", name="send me a code").click()
    page.wait_for_url(re.compile("/code/confirm/"))
    code = re.search(r"^\s*(\d{6})\s*$", str(smtp_sink.messages[-1].get_content()), re.MULTILINE)
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name=re.compile("Sign in|Confirm")).click()
    page.wait_for_url(re.compile("/my/"))


@pytest.mark.feature(86)
@pytest.mark.django_db(transaction=True)
def test_a_wish_for_another_time_goes_from_the_message_to_today(
    new_page, smtp_sink, coordinator, booked
):
    sweep_reminders()
    page = new_page(viewport={"width": 360, "height": 740})
    answer_by_message(page, smtp_sink)
    page.get_by_role("link", name="Ask for another time").click()
    page.get_by_label("I cannot get there at that time").check()
    page.get_by_label("What would suit you better?").fill("Any afternoon")
    page.get_by_role("button", name="Ask for another time").click()
    expect(page.get_by_text("We have your wish")).to_be_visible()

    desk = new_page(viewport={"width": 1280, "height": 800})
    sign_in_by_password(desk, coordinator)
    desk.goto("/today/")
    item = desk.locator(".attention__row", has_text="asks for another time")
    expect(item).to_contain_text("Any afternoon")
    item.get_by_role("button", name="Called: confirmed").click()

    expect(desk.get_by_text(f"Kept: {booked.patient.full_name} comes.")).to_be_visible()
    expect(desk.locator(".attention__row", has_text="asks for another time")).to_have_count(0)
    assert list(Answer.objects.order_by("id").values_list("said", "source")) == [
        ("other_time", "patient"),
        ("confirmed", "staff"),
    ]
