"""What happens between us and a gateway decides what the ledger says."""

import socket
from datetime import timedelta

import pytest

from notifications.channels import channel_named, http
from notifications.channels.http import HttpConnection, NotWritten
from notifications.domain.states import Purpose, State
from notifications.models import DeliveryAttempt, OutboxMail
from notifications.services import sweep
from tests.notifications.factories import NOON, AddressFactory, RecipientFactory, ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Wait for a silent gateway for less than a person would."""
    monkeypatch.setattr(http, "SECONDS_PER_MESSAGE", 0.5)
    monkeypatch.setattr(http, "SECONDS_TO_CONNECT", 0.5)


def run(now=NOON):
    return sweep(now=now, worker="test")


def text_to(number="+46701234567", **changes):
    """Owe a text to somebody who has a telephone and nothing else."""
    recipient = RecipientFactory.create(email=None)
    AddressFactory.create(recipient=recipient, channel="sms", value=number)
    return ReminderFactory.create(recipient=recipient, channel="sms", **changes)


@pytest.mark.feature(84)
def test_a_text_is_what_the_gateway_wants_and_says_nothing_about_the_illness(gateway, settings):
    row = text_to(context={"title": "Leukapheresis"})

    assert run().sent == 1

    row.refresh_from_db()
    form = gateway.forms[0]
    assert (form.get("to") or form.get("To")) == "+46701234567"
    assert (form.get("from") or form.get("From")) == settings.SMS_FROM
    text = form.get("message") or form.get("Body")
    assert f"{settings.SITE_URL}/" in text
    assert "\n" not in text
    assert "Leukapheresis" not in str(form)
    callback = form.get("whendelivered") or form.get("StatusCallback")
    assert callback.startswith(f"{settings.SITE_URL}/receipts/{settings.SMS_GATEWAY}/{row.uid}/")
    assert form.get("flashsms", "no") == "no"
    assert row.provider_id == {"46elks": "s1", "twilio": "SM1"}[settings.SMS_GATEWAY]


def test_a_batch_of_texts_goes_over_one_connection(gateway):
    for number in range(10):
        text_to(f"+4670123456{number}")

    assert run().sent == 10
    assert (gateway.connections, len(gateway.taken)) == (1, 10)


def test_a_gateway_that_hangs_up_between_two_texts_puts_none_in_doubt(gateway_server):
    gateway_server.fault = "hang_up"

    with HttpConnection(gateway_server.url, headers={}) as connection:
        for number in (1, 2):
            connection.ready()
            assert connection.post("/a1/sms", {"to": "+46701234567"}).status == 401
            assert connection._http.sock.recv(1, socket.MSG_PEEK) == b""
            assert gateway_server.connections == number


@pytest.mark.parametrize(
    ("wrong", "state", "reason", "answer"),
    [
        ("drop", State.UNKNOWN, "reply_lost", ("unknown", "cut_off")),
        ("silent", State.UNKNOWN, "reply_lost", ("unknown", "cut_off")),
        ((500, "oops"), State.PENDING, "", ("again", "http_500")),
        ((503, "later"), State.PENDING, "", ("again", "http_503")),
        ((429, "too fast"), State.PENDING, "", ("again", "http_429")),
        ((408, "too slow"), State.PENDING, "", ("again", "http_408")),
        ((401, "who are you"), State.PENDING, "", ("again", "http_401")),
        ((404, "no such page"), State.FAILED, "refused", ("refused", "404")),
        ((302, "elsewhere"), State.FAILED, "refused", ("refused", "302")),
    ],
)
def test_each_fault_of_a_gateway_has_its_meaning(gateway, wrong, state, reason, answer):
    gateway.go_wrong(wrong, times=1)
    rows = [text_to(f"+4670123456{number}") for number in range(3)]

    assert run().sent == 2

    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].reason) == (state, reason)
    attempt = DeliveryAttempt.objects.get(reminder=rows[0])
    assert (attempt.outcome, attempt.code) == answer
    assert rows[0].due_at > NOON if state is State.PENDING else True
    assert max(gateway.taken.values()) == 1


@pytest.mark.parametrize("gateway", ["twilio"], indirect=True)
@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (21211, State.FAILED, "bounced"),
        (21614, State.FAILED, "bounced"),
        (21610, State.FAILED, "complained"),
        (21608, State.FAILED, "refused"),
        (20429, State.PENDING, ""),
    ],
)
def test_a_code_of_twilio_says_whether_the_number_is_dead(gateway, code, state, reason):
    gateway.refusal = (400, f'{{"code": {code}, "message": "no: +46701234567"}}')
    row = text_to()

    run()

    row.refresh_from_db()
    assert (row.state, row.reason) == (state, reason)
    address = row.recipient.addresses.get()
    assert address.blocked_reason == ("complained" if code == 21610 else "")


@pytest.mark.parametrize("gateway", ["46elks"], indirect=True)
@pytest.mark.parametrize(
    ("text", "reason"), [("Invalid to number", "bounced"), ("Invalid parameter", "refused")]
)
def test_words_of_46elks_say_whether_the_number_is_dead(gateway, text, reason):
    gateway.refusal = (403, text)
    row = text_to()

    run()

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.FAILED, reason)


@pytest.mark.feature(81)
def test_one_bad_number_stops_no_other(gateway):
    bad = text_to("0701234567")
    fine = [text_to(f"+4670123456{number}") for number in range(3)]

    result = run()

    bad.refresh_from_db()
    assert (result.sent, result.failed) == (len(fine), 1)
    assert (bad.state, bad.reason, bad.last_code) == (State.FAILED, "bounced", "no_number")


def test_a_number_refused_twice_gets_nothing_more(gateway):
    first = text_to("0701234567")
    ReminderFactory.create(recipient=first.recipient, channel="sms")

    run()

    assert first.recipient.addresses.get().blocked_reason == "bounced"


@pytest.mark.feature(85)
def test_a_text_is_tried_again_until_a_person_has_to_look(gateway):
    gateway.refusal = (503, "later")
    row = text_to(expires_at=NOON + timedelta(days=30))

    waits = set()
    for hours in range(0, 24 * 14, 24):
        run(NOON + timedelta(hours=hours))
        row.refresh_from_db()
        waits.add(row.due_at - NOON - timedelta(hours=hours))

    assert (row.state, row.reason, row.attempts) == (State.FAILED, "no_more_tries", 6)
    assert len(waits) > 4  # with jitter


def test_a_gateway_that_is_down_costs_no_row_a_try_and_stops_no_other_channel(gateway):
    gateway.stop()
    text = text_to()
    ReminderFactory.create(channel="in_app", context={"title": "A visit"})

    result = run()

    text.refresh_from_db()
    assert (result.sent, result.paused) == (1, ("sms",))
    assert (text.state, text.attempts) == (State.PENDING, 0)


def test_a_gateway_that_is_busy_again_and_again_is_left_alone(gateway):
    gateway.refusal = (429, "too fast")
    for number in range(6):
        text_to(f"+4670123456{number}")

    result = run()

    assert (result.again, result.paused, result.given_back) == (3, ("sms",), 3)


def test_a_text_in_doubt_is_never_repeated_by_itself(gateway):
    gateway.fault, gateway.faults_left = "drop", 1
    row = text_to(purpose=Purpose.COMFORT)

    run()
    run(NOON + timedelta(hours=2))

    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.UNKNOWN, 1)
    assert not gateway.taken


def test_what_was_not_written_was_not_sent(gateway_server):
    gateway_server.fault = "reset"

    with HttpConnection(gateway_server.url, headers={}) as connection:
        connection.ready()
        gateway_server.resets.set()  # only now, for else it might come while the client connects
        wait_for_the_end(connection)
        with pytest.raises(NotWritten):
            connection.post("/a1/sms", {"to": "+46701234567"})
        with pytest.raises(NotWritten):
            connection.post("/a1/sms", {"to": "+46701234567"})
        gateway_server.fault = ""
        connection.ready()
        assert connection.post("/nowhere", {}).status == 401


def wait_for_the_end(connection):
    """Wait until the server's reset has come in."""
    sock = connection._http.sock
    sock.settimeout(2)
    with pytest.raises(ConnectionResetError):
        sock.recv(1)


def test_without_a_gateway_a_text_lies_in_the_outbox(settings):
    row = text_to()

    assert run().sent == 1

    kept = OutboxMail.objects.get()
    assert (kept.channel, kept.to) == ("sms", "+46701234567")
    assert f"{settings.SITE_URL}/" in kept.subject + kept.body
    row.refresh_from_db()
    assert row.last_code == "outbox"


def test_production_without_a_gateway_keeps_its_texts_and_says_that_it_has_no_such_channel(
    settings,
):
    settings.PRODUCTION = True
    row = text_to()

    assert run().paused == ("sms",)
    row.refresh_from_db()
    assert row.state == State.PENDING
    assert not channel_named("sms").is_set_up


def test_a_service_of_twilio_is_named_in_place_of_a_number(settings, gateway_server):
    settings.SMS_GATEWAY, settings.SMS_API_URL = "twilio", gateway_server.url
    settings.SMS_USER, settings.SMS_PASSWORD, settings.SMS_FROM = "account", "secret", "MG123"
    text_to()

    assert run().sent == 1
    assert gateway_server.forms[0]["MessagingServiceSid"] == "MG123"
