"""How a patient chooses to be reached, and proves where."""

import re
from datetime import time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from carttrack.audit.models import HistoryEntry
from notifications.domain.states import State
from notifications.models import Address, OutboxMail, Recipient, Reminder, VerificationCode
from tests.portal.conftest import activity_of, carried, days

PAGE = reverse("portal:preferences")
ASK = reverse("portal:ask-code", args=["email"])
CODE = reverse("portal:code", args=["email"])
CHOICES = {"language": "en", "channel": "", "wants_comfort": "on"}


@pytest.fixture
def journey(team, today):
    found = carried(team, today, "accepted")
    team.book(activity_of(found, "leukapheresis"), today + days(20), today=today)
    return found


@pytest.fixture
def phone(client, journey):
    client.force_login(journey.patient.user)
    return client


def recipient_of(journey):
    return Recipient.objects.get(user=journey.patient.user)


def last_code():
    return re.search(r"\b(\d{6})\b", OutboxMail.objects.order_by("-id")[0].body)[1]


def let_pass(minutes):
    """Let the codes have been sent that much earlier."""
    for code in VerificationCode.objects.all():
        code.sent_at -= timedelta(minutes=minutes)
        code.expires_at -= timedelta(minutes=minutes)
        code.save()


@pytest.mark.feature(82)
def test_choices_are_kept_with_their_history(phone, journey):
    answer = phone.post(
        PAGE, {"language": "en", "channel": "email", "quiet_from": "20:00", "quiet_until": "09:30"}
    )

    assert answer["Location"] == PAGE
    recipient = recipient_of(journey)
    assert recipient.preferred_channel == "email"
    assert (recipient.quiet_from, recipient.quiet_until) == (time(20), time(9, 30))
    assert recipient.comfort_off_at is not None
    entry = HistoryEntry.objects.get(action="patient.preferences_changed")
    assert entry.before["wants_comfort"] is True
    assert entry.after["wants_comfort"] is False


@pytest.mark.feature(82)
def test_what_is_still_to_be_sent_follows_the_quiet_hours_at_once(phone, journey):
    due = Reminder.objects.filter(
        recipient=recipient_of(journey),
        state=State.PENDING,
        is_at_once=False,
        local_at__lt=time(11),
        due_at__gt=timezone.now(),
    )
    before = {row.pk: row.due_at for row in due}
    assert before

    phone.post(PAGE, CHOICES | {"quiet_from": "21:00", "quiet_until": "11:00"})

    for row in due.all():
        assert row.due_at > before[row.pk]


def test_choosing_the_same_again_leaves_no_trace(phone):
    for _ in range(2):
        phone.post(PAGE, CHOICES | {"quiet_from": "21:00", "quiet_until": "09:00"})

    assert HistoryEntry.objects.filter(action="patient.preferences_changed").count() == 1


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ({"quiet_from": "21:00"}, "Give both hours, or none."),
        ({"quiet_until": "08:00"}, "Give both hours, or none."),
        ({"quiet_from": "08:00", "quiet_until": "21:00"}, "have to pass midnight"),
    ],
)
def test_a_night_has_two_ends_and_passes_midnight(phone, journey, hours, sentence):
    answer = phone.post(PAGE, CHOICES | hours)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert recipient_of(journey).quiet_from is None


def test_the_page_says_plainly_that_safety_stays(phone):
    assert "Messages that matter for your safety always come" in phone.get(PAGE).text


@pytest.mark.feature(82)
def test_a_code_proves_an_address(phone, journey):
    address = Address.objects.get(recipient=recipient_of(journey), channel="email")
    assert address.verified_at is None

    phone.post(ASK, {"email-value": address.value})
    code = last_code()
    assert code not in VerificationCode.objects.get().code_hash
    answer = phone.post(CODE, {"code": code}, follow=True)

    assert Address.objects.get(pk=address.pk).verified_at is not None
    assert "Works: you have proved it with a code." in answer.text


def test_a_new_address_counts_once_it_is_proved(phone, journey):
    phone.post(ASK, {"email-value": "New.Home@example.org"})
    assert journey.patient.email != "new.home@example.org"
    assert OutboxMail.objects.latest("id").to == "new.home@example.org"
    journey.patient.refresh_from_db()
    assert journey.patient.email == "person1@example.org"

    phone.post(CODE, {"code": last_code()})

    journey.patient.refresh_from_db()
    assert journey.patient.email == "new.home@example.org"
    assert journey.patient.user.email == "new.home@example.org"
    address = Address.objects.get(recipient=recipient_of(journey), channel="email")
    assert (address.value, address.verified_at is not None) == ("new.home@example.org", True)


def test_a_dead_address_works_again_once_it_is_proved(phone, journey):
    address = Address.objects.filter(recipient=recipient_of(journey), channel="email")
    address.update(blocked_reason="bounced", blocked_at=timezone.now())

    phone.post(ASK, {"email-value": address.get().value})
    phone.post(CODE, {"code": last_code()})

    assert address.get().blocked_reason == ""


def test_a_wrong_code_proves_nothing_and_five_end_it(phone, journey):
    phone.post(ASK, {"email-value": "person1@example.org"})
    right = last_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    for _ in range(5):
        assert phone.post(CODE, {"code": wrong}).status_code == 422
    answer = phone.post(CODE, {"code": right})

    assert answer.status_code == 422
    assert "This code is not right, or too old." in answer.text
    assert not Address.objects.filter(verified_at__isnull=False).exists()


def test_a_code_works_for_ten_minutes_and_once(phone):
    phone.post(ASK, {"email-value": "person1@example.org"})
    let_pass(minutes=11)
    assert phone.post(CODE, {"code": last_code()}).status_code == 422

    phone.post(ASK, {"email-value": "person1@example.org"})
    assert phone.post(CODE, {"code": last_code()}).status_code == 302
    assert phone.post(CODE, {"code": last_code()})["Location"] == PAGE  # nothing is asked any more


def test_codes_are_not_sent_in_a_row(phone):
    phone.post(ASK, {"email-value": "person1@example.org"})
    answer = phone.post(ASK, {"email-value": "other@example.org"})

    assert answer.status_code == 422
    assert "A code was sent just now." in answer.text
    assert VerificationCode.objects.count() == 1


def test_five_codes_an_hour_are_enough(phone):
    for _ in range(5):
        assert phone.post(ASK, {"email-value": "person1@example.org"}).status_code == 302
        let_pass(minutes=2)

    assert phone.post(ASK, {"email-value": "person1@example.org"}).status_code == 422


def test_somebody_elses_address_is_not_taken_over(phone, team, today):
    other = carried(team, today, "referred", number=2)

    phone.post(ASK, {"email-value": other.patient.email})
    answer = phone.post(CODE, {"code": last_code()})

    assert answer.status_code == 422
    assert "Somebody else signs in with this address." in answer.text


def test_signing_in_by_code_proves_the_e_mail(client, journey):
    client.post(reverse("account_request_login_code"), {"email": journey.patient.email})
    code = re.search(r"^\s*(\d{6})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    client.post(reverse("account_confirm_login_code"), {"code": code})

    client.get("/my/")

    assert Address.objects.get(recipient=recipient_of(journey), channel="email").verified_at


def test_an_unknown_channel_is_not_there(phone):
    assert phone.post(reverse("portal:ask-code", args=["pigeon"])).status_code == 404
