"""What happens on the wire decides what the ledger says."""

import time
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult

from notifications.channels import smtp
from notifications.channels.smtp import QUICKLY
from notifications.channels.texts import Text
from notifications.domain.states import Purpose, State
from notifications.models import DeliveryAttempt, Reminder
from notifications.services import batch, sweep
from tests.notifications.factories import NOON, ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Wait for a silent server for less than a person would."""
    monkeypatch.setattr(smtp, "SECONDS_PER_MESSAGE", 0.5)
    monkeypatch.setattr(smtp, "SECONDS_TO_CONNECT", 0.5)


def run(now=NOON):
    return sweep(now=now, worker="test")


def test_a_real_mail_carries_a_stable_id_and_says_nothing_about_the_illness(smtp_sink):
    row = ReminderFactory.create(context={"title": "Leukapheresis"})

    assert run().sent == 1

    mail = smtp_sink.messages[0]
    row.refresh_from_db()
    assert mail["Message-ID"] == f"<{row.uid}@carttrack.invalid>" == row.provider_id
    assert mail["X-Reminder-Id"] == str(row.uid)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"] == row.recipient.addresses.get().value
    assert "http://127.0.0.1:8000/" in mail.get_content()
    assert "Leukapheresis" not in mail.as_string()


@pytest.mark.parametrize("takes_together", [False, True])
def test_a_batch_goes_over_one_connection(mail_server, takes_together):
    mail_server.takes_together = takes_together
    ReminderFactory.create_batch(20)

    assert run().sent == 20
    assert (mail_server.connections, len(mail_server.taken)) == (1, 20)


@pytest.mark.skipif(QUICKLY is None, reason="only Linux lets a program ask for it")
def test_a_server_that_sends_each_answer_by_itself_is_not_kept_waiting(mail_server):
    """Its second answer waits for our word that the first one came, which takes 40 ms by itself."""
    ReminderFactory.create_batch(80)
    began = time.monotonic()

    assert run().sent == 80
    assert time.monotonic() - began < 80 * 0.03


def test_a_refused_recipient_costs_the_others_neither_their_message_nor_the_connection(
    mail_server,
):
    rows = ReminderFactory.create_batch(20)
    mail_server.refused.add(rows[7].recipient.addresses.get().value)

    result = run()

    assert (result.sent, result.failed) == (19, 1)
    assert mail_server.connections == 1
    assert set(mail_server.taken) == {f"<{row.uid}@carttrack.invalid>" for row in rows} - {
        f"<{rows[7].uid}@carttrack.invalid>"
    }


def test_a_server_that_hangs_up_after_a_refusal_costs_the_others_no_message(mail_server):
    mail_server.fault, mail_server.faults_left = "refuse_and_hang_up", 1
    ReminderFactory.create_batch(12)

    result = run()

    assert (result.sent, result.again) == (11, 1)
    assert set(mail_server.taken.values()) == {1}
    assert run(NOON + timedelta(minutes=30)).sent == 1
    assert len(mail_server.taken) == 12


def test_a_line_that_begins_with_a_dot_arrives_as_it_was_written(smtp_sink, monkeypatch):
    text = Text(subject="A subject", body=".\n..and\nanother\n.\n")
    monkeypatch.setattr(batch, "text_for", lambda **_asked: text)
    ReminderFactory.create()

    assert run().sent == 1
    assert smtp_sink.messages[0].get_content().splitlines() == text.body.splitlines()


@pytest.mark.parametrize(
    "address",
    ["a@b.example>\r\nRCPT TO:<other@b.example", "jürgen@b.example"],
)
def test_an_address_that_cannot_be_one_is_refused_and_stops_nobody_else(mail_server, address):
    row = ReminderFactory.create()
    row.recipient.addresses.update(value=address)
    other = ReminderFactory.create()

    result = run()

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.FAILED, "bounced")
    assert result.sent == 1
    assert set(mail_server.taken) == {f"<{other.uid}@carttrack.invalid>"}


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ("later", (State.PENDING, "", "again", "451")),
        ("busy", (State.PENDING, "", "again", "421")),
        ("drop_at_data", (State.PENDING, "", "again", "cut_off")),
        ("drop_in_data", (State.UNKNOWN, "reply_lost", "unknown", "cut_off")),
        ("no_such_user", (State.FAILED, "bounced", "refused", "550")),
        ("spam", (State.FAILED, "refused", "refused", "554")),
        ("drop_after_dot", (State.UNKNOWN, "reply_lost", "unknown", "cut_off")),
        ("silent_after_dot", (State.UNKNOWN, "reply_lost", "unknown", "cut_off")),
    ],
)
@pytest.mark.parametrize(
    "manner", [{"takes_together": False}, {"takes_together": True}, {"is_hasty": True}]
)
def test_each_fault_on_the_wire_has_its_meaning(mail_server, manner, fault, meaning):
    state = meaning[0]
    vars(mail_server).update(manner)
    mail_server.fault, mail_server.faults_left = fault, 1
    rows = ReminderFactory.create_batch(3, purpose=Purpose.SAFETY)

    assert run().sent == 2

    rows[0].refresh_from_db()
    attempt = DeliveryAttempt.objects.get(reminder=rows[0])
    assert (rows[0].state, rows[0].reason, attempt.outcome, attempt.code) == meaning
    if state is State.PENDING:
        assert rows[0].due_at > NOON
    assert max(mail_server.taken.values()) == 1


@pytest.mark.feature(85)
def test_a_temporary_refusal_is_tried_again_until_a_person_has_to_look(mail_server):
    mail_server.fault = "later"
    row = ReminderFactory.create(expires_at=NOON + timedelta(days=30))

    for hours in range(0, 24 * 14, 24):
        run(NOON + timedelta(hours=hours))

    row.refresh_from_db()
    assert (row.state, row.reason, row.attempts) == (State.FAILED, "no_more_tries", 6)
    assert row.tries.count() == 6


def test_a_message_is_not_tried_beyond_its_expiry(mail_server):
    mail_server.fault = "later"
    row = ReminderFactory.create(expires_at=NOON + timedelta(seconds=1))

    run()

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.FAILED, "no_more_tries")


@pytest.mark.parametrize("fault", ["refused", "silent"])
def test_a_server_that_is_down_costs_no_row_a_try_and_stops_no_other_channel(mail_server, fault):
    mail_server.fault = fault
    if fault == "refused":
        mail_server.stop()
    mails = ReminderFactory.create_batch(60)
    ReminderFactory.create(channel="in_app", context={"title": "A visit"})

    result = run()

    assert (result.sent, result.paused) == (1, ("email",))
    waiting = Reminder.objects.filter(state=State.PENDING, attempts=0, lost_leases=0)
    assert waiting.filter(due_at=mails[0].due_at).count() == 60


def test_after_an_outage_everything_is_sent_once(mail_server):
    mail_server.fault = "silent"
    ReminderFactory.create_batch(5)
    run()
    mail_server.fault = ""

    assert run(NOON + timedelta(minutes=1)).sent == 5
    assert set(mail_server.taken.values()) == {1}


def test_a_server_that_answers_busy_again_and_again_is_left_alone(mail_server):
    mail_server.fault = "busy"
    ReminderFactory.create_batch(20)

    result = run()

    assert (result.again, result.paused, result.given_back) == (3, ("email",), 17)


def test_a_comfort_message_in_doubt_is_repeated_once_under_the_same_id(mail_server):
    mail_server.fault, mail_server.faults_left = "drop_after_dot", 1
    row = ReminderFactory.create(purpose=Purpose.COMFORT)

    run()
    row.refresh_from_db()
    assert (row.state, row.times_unknown) == (State.PENDING, 1)
    run(NOON + timedelta(hours=2))

    row.refresh_from_db()
    assert row.state == State.SENT
    assert mail_server.taken == {row.provider_id: 2}


def test_production_without_a_mail_server_keeps_its_messages(settings):
    settings.PRODUCTION = True
    row = ReminderFactory.create()

    assert run().paused == ("email",)
    row.refresh_from_db()
    assert row.state == State.PENDING


@pytest.mark.parametrize(("password", "sent"), [("right", 1), ("wrong", 0)])
def test_a_server_that_wants_a_password_is_given_it(settings, free_port, password, sent):
    def check(_server, _session, _envelope, _mechanism, given):
        return AuthResult(success=given.password == b"right")

    port = free_port()
    server = Controller(
        Sink(), hostname="127.0.0.1", port=port, authenticator=check, auth_require_tls=False
    )
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "sender", password
    ReminderFactory.create()

    result = run()

    server.stop()
    assert (result.sent, result.paused) == (sent, () if sent else ("email",))
