"""Alerts on Today and among the messages, addresses that do not work, and the morning digest."""

from datetime import datetime, time, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from carttrack.accounts.domain import Role
from carttrack.audit.domain import ReadHow
from carttrack.audit.models import ReadEntry
from journeys.patients.models import CareRelation, Patient
from journeys.planning.domain.interruptions import Item
from journeys.planning.services import tell_team
from journeys.worklist.selectors.digests import mornings, waiting_for
from journeys.worklist.tasks import plan_digests
from notifications.domain.mornings import AHEAD
from notifications.domain.states import Purpose
from notifications.models import Address, InboxMessage, Recipient, Reminder
from notifications.services import recipient_for_user, sweep
from tests.accounts.factories import UserFactory
from tests.factories import CentreFactory, centre_day, centre_now, journey_at, patient_at, staff
from tests.notifications.factories import RecipientFactory, ReminderFactory

TODAY, INBOX = reverse("worklist:today"), reverse("notifications:inbox")
ADDRESSES, DIGEST = reverse("worklist:addresses"), reverse("notifications:digest")


@pytest.fixture
def alert(journey, clinician):
    """Something that the coordinator has to acknowledge, as it lies in their messages."""
    now = centre_now(journey.centre)
    tell_team(journey=journey, item=Item.PRODUCT_FAILED, about=1, by=clinician, now=now)
    row = Reminder.objects.get(kind="interruption", channel="in_app")
    Reminder.objects.filter(pk=row.pk).update(state="sent", sent_at=now)
    InboxMessage.objects.create(
        message_uid=row.uid,
        recipient=row.recipient,
        subject="A product failed",
        body="Open it to see.\n",
        link=row.context["link"],
        at=now,
    )
    return row


def acknowledge(client, alert, **typed):
    page = reverse("notifications:acknowledge", args=[alert.uid])
    return client.post(page, typed, follow=True)


@pytest.mark.feature(86)
@pytest.mark.parametrize("page", [TODAY, INBOX])
def test_it_stands_where_people_look_until_it_is_acknowledged(desk, journey, alert, page):
    shown = desk.get(page).text
    assert "A product failed" in shown
    assert "Acknowledge" in shown
    assert reverse("worklist:journey", args=[journey.uid]) in shown

    after = acknowledge(desk, alert, next=page)

    assert after.redirect_chain[-1][0] == page
    assert reverse("notifications:acknowledge", args=[alert.uid]) not in after.text
    alert.refresh_from_db()
    assert alert.acknowledged_at is not None


@pytest.mark.parametrize("page", [TODAY, INBOX])
def test_it_says_whom_it_is_about_and_that_is_in_the_read_log(desk, journey, alert, page):
    assert journey.patient.full_name in desk.get(page).text

    read = ReadEntry.objects.filter(patient_uid=journey.patient.uid, how=ReadHow.LIST)
    assert read.count() == 1


@pytest.mark.parametrize("page", [TODAY, INBOX])
def test_whoever_no_longer_sees_the_patient_reads_no_name(desk, journey, alert, page):
    yesterday = centre_day(journey.centre) - timedelta(days=1)
    CareRelation.objects.filter(patient=journey.patient).update(
        from_on=yesterday, until_on=yesterday
    )

    shown = desk.get(page).text

    assert "A product failed" in shown
    assert journey.patient.family_name not in shown
    assert not ReadEntry.objects.exists()


def test_a_patients_own_messages_are_no_read_of_a_patient(client, journey, alert):
    recipient = RecipientFactory.create(user=UserFactory.create())
    Patient.objects.filter(pk=journey.patient.pk).update(user=recipient.user)
    Reminder.objects.filter(pk=alert.pk).update(recipient=recipient)
    InboxMessage.objects.update(recipient=recipient)
    client.force_login(recipient.user)

    assert "A product failed" in client.get(INBOX).text
    assert not ReadEntry.objects.exists()


def test_the_messages_say_who_acknowledged_it(desk, alert, coordinator):
    acknowledge(desk, alert)

    assert f"Acknowledged by {coordinator.name}" in desk.get(INBOX).text


def test_the_lines_of_a_digest_lead_on(desk, alert):
    body = "Solna\nNeed a hand: 3 /today/?centre=solna#attention\n<b>Not bold</b> //elsewhere/\n"
    InboxMessage.objects.update(body=body)

    page = desk.get(INBOX).text

    assert '<a href="/today/?centre=solna#attention">Need a hand: 3</a><br>' in page
    assert "&lt;b&gt;Not bold" in page
    assert 'href="//elsewhere' not in page


def test_a_second_press_says_so(desk, alert):
    acknowledge(desk, alert)

    assert "acknowledged before" in acknowledge(desk, alert).text


def test_nobody_acknowledges_what_somebody_else_was_told(client, centre, alert):
    client.force_login(staff(centre))

    assert acknowledge(client, alert).status_code == HTTPStatus.NOT_FOUND


def test_it_leads_to_no_other_site(desk, alert):
    page = acknowledge(desk, alert, next="//elsewhere.example/")

    assert page.redirect_chain[-1][0] == INBOX


@pytest.fixture
def dead(centre):
    """A patient's address that a server refused."""
    patient = patient_at(centre, given_name="Gerd", family_name="Gammal", email="old@example.test")
    journey_at(centre, patient=patient)
    address = Address.objects.get(recipient__uid=patient.uid, channel="email")
    address.blocked_reason, address.blocked_at = "bounced", timezone.now()
    address.save()
    return address


def again(client, address):
    page = reverse("worklist:address-again", args=[address.recipient.uid, address.channel])
    return client.post(page, follow=True)


def test_a_dead_address_stands_on_the_list_with_both_ways_out(desk, dead):
    page = desk.get(ADDRESSES).text

    assert "Gerd Gammal" in page
    assert "old@example.test" in page
    assert "contacts/" in page
    assert f"{ADDRESSES[:-1]}/{dead.recipient.uid}/email/again/" in page


def test_today_counts_it(desk, dead):
    page = desk.get(TODAY)

    assert page.context["dead_addresses"] == "1"
    assert ADDRESSES in page.text


def test_trying_again_takes_it_from_the_list(desk, dead):
    page = again(desk, dead)

    assert "Every address works" in page.text
    dead.refresh_from_db()
    assert dead.blocked_reason == ""
    assert again(desk, dead).status_code == HTTPStatus.NOT_FOUND


def test_correcting_it_takes_it_from_the_list_too(desk, dead):
    patient = Patient.objects.get(email=dead.value)
    page = reverse("worklist:patient-contacts", args=[patient.uid])
    typed = desk.get(page).context["form"].initial | {"email": "new@example.test"}

    desk.post(page, {name: value for name, value in typed.items() if value is not None})

    dead.refresh_from_db()
    assert (dead.value, dead.blocked_reason) == ("new@example.test", "")


def test_a_colleagues_address_stands_there_too(desk, centre):
    colleague = staff(centre, name="Dan Död")
    recipient = Recipient.objects.create(user=colleague, time_zone="Europe/Stockholm")
    Address.objects.create(
        recipient=recipient,
        channel="email",
        value="dan@example.test",
        blocked_reason="bounced",
        blocked_at=timezone.now(),
    )

    page = desk.get(ADDRESSES).text

    assert "Dan Död" in page
    assert "an administrator corrects it" in page


def test_another_centre_neither_sees_nor_tries_it(client, dead):
    client.force_login(staff(CentreFactory()))

    assert "Gerd" not in client.get(ADDRESSES).text
    assert again(client, dead).status_code == HTTPStatus.NOT_FOUND


def test_a_clinician_sees_and_does_not_decide(client, clinician, dead):
    client.force_login(clinician)

    assert "Gerd Gammal" in client.get(ADDRESSES).text
    assert again(client, dead).status_code == HTTPStatus.NOT_FOUND


def at_dawn(centre):
    """Return an instant within the hour before half past seven, by the clock of the centre."""
    return centre_now(centre) - timedelta(hours=4, minutes=30) - AHEAD / 2


def due_at(centre, user):
    return next((due for due in mornings(now=at_dawn(centre)) if due.user == user), None)


@pytest.fixture
def open_centre(centre):
    """Keep the centre open on every day, so that no test depends on the weekday."""
    centre.closed_weekdays = []
    centre.save()
    return centre


@pytest.mark.feature(87)
def test_the_digest_counts_what_waits_where_it_waits(open_centre, coordinator, dead, alert):
    due = due_at(open_centre, coordinator)

    [place] = waiting_for(due, now=at_dawn(open_centre))

    assert place["name"] == open_centre.short_name
    assert (place["dead_addresses"], place["to_acknowledge"]) == ("1", "1")
    assert "undelivered" not in place


def test_nothing_waits_and_nothing_is_counted(open_centre, coordinator):
    assert waiting_for(due_at(open_centre, coordinator), now=at_dawn(open_centre)) == []


def test_a_closed_day_has_no_digest(open_centre, coordinator):
    open_centre.closed_days.create(on=centre_day(open_centre), name="Midsummer")

    assert due_at(open_centre, coordinator) is None


def test_a_data_manager_gets_none(open_centre):
    assert due_at(open_centre, staff(open_centre, Role.DATA_MANAGER)) is None


def test_whoever_wants_none_says_so_on_a_page(desk, open_centre, coordinator):
    page = desk.post(DIGEST, {"at": "06:15"}, follow=True)

    assert "Your choice is kept" in page.text
    assert due_at(open_centre, coordinator) is None
    desk.post(DIGEST, {"at": "07:30", "is_wanted": "on"})
    assert due_at(open_centre, coordinator) is not None


@pytest.mark.feature(83)
def test_people_at_work_choose_their_own_hours_of_rest(desk, journey, coordinator):
    recipient = recipient_for_user(user=coordinator, time_zone=journey.centre.time_zone)
    day = centre_day(journey.centre) + timedelta(days=30)
    zone = ZoneInfo(journey.centre.time_zone)
    nine, half_past_ten = (datetime.combine(day, at, zone) for at in (time(9), time(10, 30)))
    planned = ReminderFactory.create(
        recipient=recipient,
        purpose=Purpose.SAFETY,
        local_on=day,
        zone=zone.key,
        due_at=nine,
        expires_at=nine + timedelta(days=1),
    )

    desk.post(DIGEST, {"at": "07:30", "quiet_from": "20:00", "quiet_until": "10:30"})

    planned.refresh_from_db()
    assert planned.due_at == half_past_ten
    shown = desk.get(DIGEST).text
    assert 'value="20:00"' in shown
    assert 'value="10:30"' in shown


@pytest.mark.parametrize(
    "typed",
    [
        {"at": "soon"},
        {"at": "07:30", "quiet_from": "22:00"},
        {"at": "07:30", "quiet_from": "08:00", "quiet_until": "20:00"},
    ],
)
def test_hours_that_cannot_be_are_refused(desk, open_centre, typed):
    assert desk.post(DIGEST, typed).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.feature(87)
@pytest.mark.django_db(transaction=True)
def test_the_job_run_twice_sends_one_message_and_one_e_mail(open_centre, coordinator, dead):
    recipient, _made = Recipient.objects.get_or_create(user=coordinator)
    local = timezone.now().astimezone(timezone.get_fixed_timezone(0))
    Recipient.objects.filter(pk=recipient.pk).update(time_zone="UTC", digest_at=local.time())

    plan_digests()
    plan_digests()
    sweep(now=timezone.now() + timedelta(seconds=5), worker="test")

    digests = Reminder.objects.filter(kind="digest", recipient=recipient)
    assert sorted(digests.values_list("channel", flat=True)) == ["email", "in_app"]
    message = InboxMessage.objects.get(recipient=recipient)
    assert f"Addresses that do not work: 1 /addresses/?centre={open_centre.code}" in message.body
