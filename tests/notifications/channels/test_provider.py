"""E-mail over a provider's API, django-anymail against a server that speaks Postmark's."""

import json
from datetime import timedelta

import pytest

from notifications.domain.states import Purpose, State
from notifications.models import DeliveryAttempt
from notifications.services import sweep
from tests.notifications.factories import NOON, ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def postmark(settings, gateway_server):
    """Point the settings at a provider."""
    settings.EMAIL_PROVIDER = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token",
        "POSTMARK_API_URL": gateway_server.url,
        "REQUESTS_TIMEOUT": (0.5, 0.5),
    }
    return gateway_server


def run(now=NOON):
    return sweep(now=now, worker="test")


def test_a_mail_carries_the_reminders_id_to_the_provider(postmark):
    row = ReminderFactory.create(context={"title": "Leukapheresis"})

    assert run().sent == 1

    row.refresh_from_db()
    mail = postmark.mails[0]
    headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
    assert mail["To"] == row.recipient.addresses.get().value
    assert mail["Metadata"] == {"reminder": str(row.uid)}
    assert headers["Message-ID"] == f"<{row.uid}@carttrack.invalid>"
    assert postmark.headers[0]["Idempotency-Key"] == str(row.uid)
    assert "Leukapheresis" not in str(mail)
    assert row.provider_id == "pm1"


def test_a_batch_of_mails_goes_over_one_connection(postmark):
    ReminderFactory.create_batch(5)

    assert run().sent == 5
    assert postmark.connections == 1


@pytest.mark.parametrize(
    ("wrong", "state", "reason", "answer"),
    [
        ("drop", State.UNKNOWN, "reply_lost", ("unknown", "cut_off")),
        ("silent", State.UNKNOWN, "reply_lost", ("unknown", "cut_off")),
        ((503, "later"), State.PENDING, "", ("again", "http_503")),
        ((429, "too fast"), State.PENDING, "", ("again", "http_429")),
        ((400, "what"), State.FAILED, "refused", ("refused", "400")),
    ],
)
def test_each_fault_of_a_provider_has_its_meaning(postmark, wrong, state, reason, answer):
    row = ReminderFactory.create(purpose=Purpose.SAFETY)
    postmark.go_wrong(wrong)

    run()

    row.refresh_from_db()
    attempt = DeliveryAttempt.objects.get(reminder=row)
    assert (row.state, row.reason) == (state, reason)
    assert (attempt.outcome, attempt.code) == answer


def test_an_address_that_the_provider_knows_for_dead_is_refused(postmark):
    row = ReminderFactory.create()
    words = (
        f"Found inactive addresses: {row.recipient.addresses.get().value}. Inactive recipients are "
        "ones that have generated a hard bounce or a spam complaint."
    )
    postmark.refusal = (422, json.dumps({"ErrorCode": 406, "Message": words}))

    run()

    row.refresh_from_db()
    assert (row.state, row.reason, row.last_code) == (State.FAILED, "bounced", "recipient")
    assert "@" not in DeliveryAttempt.objects.get().text


def test_a_provider_that_cannot_be_reached_has_sent_nothing(postmark):
    postmark.stop()
    row = ReminderFactory.create(purpose=Purpose.SAFETY)

    run()

    row.refresh_from_db()
    assert (row.state, row.last_code) == (State.PENDING, "cut_off")


def test_a_provider_whose_variables_are_missing_costs_no_row_a_try(settings, postmark):
    settings.ANYMAIL = {}
    row = ReminderFactory.create()

    assert run().paused == ("email",)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.PENDING, 0)


def test_a_provider_that_nobody_knows_is_a_channel_that_is_down(settings, postmark):
    settings.EMAIL_BACKEND = "anymail.backends.pigeon.EmailBackend"
    ReminderFactory.create()

    assert run().paused == ("email",)


def test_an_address_that_cannot_be_one_is_refused_before_the_wire(postmark):
    row = ReminderFactory.create()
    row.recipient.addresses.update(value="nobody at all <@>")

    run()

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.FAILED, "bounced")
    assert not postmark.mails


def test_a_provider_that_swallows_repetitions_is_asked_again(settings, postmark):
    settings.EMAIL_PROVIDER = "resend"  # what matters is that it is named as one of those
    postmark.fault, postmark.faults_left = "drop", 1
    row = ReminderFactory.create(purpose=Purpose.SAFETY)

    run()
    run(NOON + timedelta(hours=2))

    row.refresh_from_db()
    assert row.state == State.SENT
    assert {headers["Idempotency-Key"] for headers in postmark.headers} == {str(row.uid)}
