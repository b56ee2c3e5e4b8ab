"""Providers report from outside: each report proves itself, and says nothing to anybody else."""

import base64
import json
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.channels.gateways.callbacks import callback_url, token_for
from notifications.channels.gateways.twilio import signature
from notifications.domain.states import State
from notifications.models import DeliveryReceipt
from notifications.webhooks import MOST_REFUSED
from tests.notifications.factories import AddressFactory, RecipientFactory, ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = reverse("notifications:email-receipts")
SECRET = "provider:secret"


@pytest.fixture
def browser():
    """Ask as a program does that knows nothing of forms and cookies."""
    cache.clear()
    yield Client(enforce_csrf_checks=True)
    cache.clear()


@pytest.fixture
def elks(settings):
    settings.SMS_GATEWAY = "46elks"


@pytest.fixture
def twilio(settings):
    settings.SMS_GATEWAY, settings.SMS_PASSWORD = "twilio", "token"


@pytest.fixture
def postmark(settings):
    settings.EMAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def sent(channel="sms", value="+46701234567", **changes):
    """Have sent a message just now."""
    now = timezone.now()
    recipient = RecipientFactory.create(email=None)
    AddressFactory.create(recipient=recipient, channel=channel, value=value)
    fields = {
        "channel": channel,
        "state": State.SENT,
        "attempts": 1,
        "sent_at": now,
        "provider_id": "id-1",
        "due_at": now - timedelta(minutes=5),
        "expires_at": now + timedelta(days=1),
    }
    return ReminderFactory.create(recipient=recipient, **(fields | changes))


def path_of(row, gateway, token=None):
    return reverse(
        "notifications:sms-receipt",
        kwargs={"gateway": gateway, "message": row.uid, "token": token or token_for(row.uid)},
    )


def from_elks(browser, row, status="delivered", **changes):
    form = {"id": "id-1", "status": status, "delivered": "2026-03-03T12:00:00"}
    return browser.post(path_of(row, "46elks", **changes), form)


def from_twilio(browser, row, status="delivered", key="token", **fields):
    form = {"MessageSid": "id-1", "MessageStatus": status, "To": "+46701234567", **fields}
    signed = signature(callback_url("twilio", row.uid), form, key=key)
    return browser.post(path_of(row, "twilio"), form, headers={"X-Twilio-Signature": signed})


def from_postmark(browser, event, secret=SECRET):
    credentials = base64.b64encode(secret.encode()).decode()
    headers = {"Authorization": f"Basic {credentials}"}
    text = event if isinstance(event, str) else json.dumps(event)
    return browser.post(EMAIL, text, content_type="application/json", headers=headers)


def bounce(row, **changes):
    """Return what Postmark writes about an address that does not exist."""
    return {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "MessageID": "id-1",
        "Email": row.recipient.addresses.get().value,
        "BouncedAt": "2026-03-03T12:00:00Z",
        "ID": 1,
        "Metadata": {"reminder": str(row.uid)},
    } | changes


def state_of(row):
    row.refresh_from_db()
    return row.state


def test_46elks_reports_to_an_address_that_only_it_was_told(browser, elks):
    row = sent()

    assert from_elks(browser, row).status_code == 200
    assert state_of(row) == State.DELIVERED


@pytest.mark.parametrize("status", ["sent", "created", ""])
def test_a_report_that_says_nothing_new_is_taken_and_changes_nothing(browser, elks, status):
    row = sent()

    assert from_elks(browser, row, status).status_code == 200
    assert state_of(row) == State.SENT


def test_a_failed_text_of_46elks_goes_to_a_person(browser, elks):
    row = sent()

    from_elks(browser, row, "failed")

    assert (state_of(row), row.reason) == (State.FAILED, "bounced")


def test_where_46elks_reports_from_can_be_told(browser, elks, settings):
    row = sent()
    settings.SMS_CALLBACK_ADDRESSES = ["192.0.2.1"]
    assert from_elks(browser, row).status_code == 404
    settings.SMS_CALLBACK_ADDRESSES = ["192.0.2.1", "127.0.0.1"]
    assert from_elks(browser, row).status_code == 200


def test_the_token_of_one_text_is_worth_nothing_for_another(browser, elks):
    row = sent()

    assert from_elks(browser, row, token=token_for(uuid4())).status_code == 404
    assert state_of(row) == State.SENT


def test_twilio_signs_what_it_reports(browser, twilio):
    row = sent()

    assert from_twilio(browser, row, key="another").status_code == 404
    assert state_of(row) == State.SENT
    assert from_twilio(browser, row).status_code == 200
    assert state_of(row) == State.DELIVERED


def test_a_signature_is_made_as_twilio_describes_it():
    """The example of Twilio's manual on the security of webhooks."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }

    signed = signature("https://mycompany.com/myapp.php?foo=1&bar=2", form, key="12345")

    assert signed == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


@pytest.mark.parametrize(
    ("code", "reason", "blocked"),
    [
        ("30005", "bounced", "bounced"),
        ("21610", "complained", "complained"),
        ("30008", "refused", ""),
    ],
)
def test_a_number_that_twilio_calls_dead_gets_nothing_more(browser, twilio, code, reason, blocked):
    row = sent()

    from_twilio(browser, row, "undelivered", ErrorCode=code)

    assert (state_of(row), row.reason) == (State.FAILED, reason)
    assert row.recipient.addresses.get().blocked_reason == blocked


def test_reports_of_twilio_may_come_in_any_order_and_twice(browser, twilio):
    row = sent(state=State.UNKNOWN, reason="reply_lost", sent_at=None, provider_id="")

    for status in ("delivered", "sent", "queued", "delivered", "mystery"):
        assert from_twilio(browser, row, status).status_code == 200

    assert state_of(row) == State.DELIVERED


def test_a_report_about_a_text_that_is_not_ours_is_taken_and_forgotten(browser, twilio):
    row = ReminderFactory.build(uid=uuid4(), topic=None, thread=None, centre=None, recipient=None)

    assert from_twilio(browser, row).status_code == 200
    assert not DeliveryReceipt.objects.exists()


def test_a_gateway_that_is_not_set_up_has_no_address(browser, elks):
    assert from_twilio(browser, sent()).status_code == 404


def test_whoever_guesses_is_slowed_down_and_the_gateway_is_not(browser, elks, caplog):
    row = sent()
    with caplog.at_level(logging.WARNING, logger="notifications.webhooks"):
        answers = [from_elks(browser, row, token="guess") for _ in range(MOST_REFUSED + 5)]

    assert [answer.status_code for answer in answers] == [404] * MOST_REFUSED + [429] * 5
    assert from_elks(browser, row).status_code == 200
    notes = [note for note in caplog.records if note.name == "notifications.webhooks"]
    assert len(notes) == MOST_REFUSED
    assert str(row.uid) not in str([note.getMessage() for note in notes])


@pytest.mark.feature(85)
def test_a_hard_bounce_blocks_the_address(browser, postmark):
    row = sent("email", "gone@example.test")

    assert from_postmark(browser, bounce(row)).status_code == 200

    assert (state_of(row), row.reason) == (State.FAILED, "bounced")
    assert row.recipient.addresses.get().blocked_reason == "bounced"


def test_a_bounce_for_today_only_does_not_block_the_address(browser, postmark, monkeypatch):
    row = sent("email", "full@example.test")

    from_postmark(browser, bounce(row, Type="SoftBounce", Details="452 4.2.2 mailbox full"))

    assert state_of(row) == State.FAILED
    assert row.recipient.addresses.get().blocked_reason == ""


def test_a_complaint_blocks_the_address_though_the_mail_arrived(browser, postmark):
    row = sent("email", "annoyed@example.test")

    from_postmark(browser, bounce(row, RecordType="SpamComplaint", Type="SpamComplaint"))

    assert state_of(row) == State.DELIVERED
    assert row.recipient.addresses.get().blocked_reason == "complained"


def test_a_mail_is_known_by_the_providers_id_too(browser, postmark):
    row = sent("email", "here@example.test")
    event = {"RecordType": "Delivery", "MessageID": "id-1", "Recipient": "here@example.test"}

    from_postmark(browser, event)

    assert state_of(row) == State.DELIVERED


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"RecordType": "Delivery", "MessageID": "of-nobody"}, 200),
        ({"RecordType": "Delivery"}, 200),
        ({"RecordType": "SubscriptionChange", "MessageID": "id-1", "SuppressSending": False}, 200),
        ("no json", 400),
        ([], 400),
    ],
)
def test_a_report_that_means_nothing_to_us_changes_nothing(browser, postmark, event, status):
    row = sent("email", "here@example.test")

    assert from_postmark(browser, event).status_code == status
    assert state_of(row) == State.SENT


def test_a_provider_proves_itself_by_its_secret(browser, postmark, settings):
    row = sent("email", "here@example.test")

    assert from_postmark(browser, bounce(row), secret="provider:guess").status_code == 404
    assert state_of(row) == State.SENT
    assert browser.head(EMAIL).status_code == 200
    settings.ANYMAIL = {}
    assert from_postmark(browser, bounce(row)).status_code == 404
    assert browser.head(EMAIL).status_code == 404
