"""Messages that leave fast pass the fence together, and nothing is lost or doubled by that."""

from contextlib import contextmanager

import pytest
from django.db import connection

from notifications import channels
from notifications.channels.base import ChannelDown
from notifications.domain.message import Outcome, Result
from notifications.domain.pace import MOST
from notifications.domain.states import State
from notifications.models import DeliveryAttempt, Reminder
from notifications.services import SweepResult, stop_thread, sweep
from tests.notifications.factories import NOON, ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 2 * MOST + 1  # the first alone, then two groups
SENT = Outcome(result=Result.SENT, code="250")


class Line:
    """A channel on which a message takes as long, and ends, as the test says.

    `meanwhile` gives what happens while the message of that number is on the wire.
    """

    name = "email"
    is_open = is_set_up = is_repeatable = True
    is_idempotent = False
    quiet_hours = None

    def __init__(self):
        self.at = self.seconds = 0.0
        self.sent = []
        self.meanwhile = {}

    @contextmanager
    def session(self):
        """Open nothing."""
        yield self

    def ready(self):
        """Be ready."""

    def send(self, message, **_at):
        """Take a message."""
        self.sent.append(message.uid)
        self.at += self.seconds
        return self.meanwhile.get(len(self.sent), lambda: None)() or SENT


@pytest.fixture
def line(monkeypatch):
    """Send over a line of the test's own, by its clock."""
    line = Line()
    monkeypatch.setattr(channels, "CHANNELS", {**channels.CHANNELS, "email": line})
    return line


def run(line, **more):
    return sweep(now=NOON, worker="test", ticks=lambda: line.at, **more)


@contextmanager
def counted_fences():
    """Count how often the fence is asked."""
    asked = []

    def count(execute, sql, *arguments):
        if "AS tried(" in sql:
            asked.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(count):
        yield asked


def states():
    return list(Reminder.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, 4), (0.03, MANY + 1)])
def test_what_leaves_at_once_is_checked_together_and_what_takes_its_time_alone(
    line, seconds, expected
):
    ReminderFactory.create_batch(MANY)
    line.seconds = seconds

    with counted_fences() as fences:
        result = run(line)

    assert result.sent == len(set(line.sent)) == len(line.sent) == MANY
    assert len(fences) == expected  # the last records and asks for nothing
    assert DeliveryAttempt.objects.count() == MANY
    assert set(Reminder.objects.values_list("attempts", flat=True)) == {1}


def test_one_that_may_not_be_sent_keeps_no_other_of_its_group(line):
    rows = ReminderFactory.create_batch(MANY)

    def withdraw():
        stop_thread(thread_uid=rows[4].thread.uid, reason="withdrew", now=NOON)

    line.meanwhile[1] = withdraw

    result = run(line)

    assert (result.sent, result.suppressed) == (MANY - 1, 0)
    assert states() == [State.SUPPRESSED if row == rows[4] else State.SENT for row in rows]


def test_what_waited_too_long_since_the_check_is_checked_again(line):
    """The second group becomes slow, and a thread is stopped while it waits."""
    rows = ReminderFactory.create_batch(MANY)

    def stall():
        line.at += 2
        stop_thread(thread_uid=rows[4].thread.uid, reason="withdrew", now=NOON)

    line.meanwhile[2] = stall

    result = run(line)

    assert (result.sent, result.suppressed) == (MANY - 1, 1)
    assert rows[4].uid not in line.sent
    assert len(set(line.sent)) == len(line.sent)
    assert set(Reminder.objects.filter(state=State.SENT).values_list("attempts", flat=True)) == {1}


def test_a_sweep_that_has_to_end_gives_back_the_rest_of_its_group_as_never_tried(line):
    rows = ReminderFactory.create_batch(MANY)

    result = run(line, has_to_end=lambda: len(line.sent) >= 3)

    assert (result.sent, result.given_back) == (3, MANY - 3)
    assert states() == [State.SENT] * 3 + [State.PENDING] * (MANY - 3)
    waiting = Reminder.objects.filter(state=State.PENDING)
    assert set(waiting.values_list("attempts", "lease_token", "lost_leases")) == {(0, None, 0)}
    assert run(line).sent == MANY - 3
    assert len(set(line.sent)) == len(rows)


def test_a_channel_that_breaks_in_a_group_costs_the_others_no_try(line):
    ReminderFactory.create_batch(MANY)

    def break_down():
        raise ChannelDown("gone")

    line.ready = lambda: break_down() if len(line.sent) == 4 else None

    result = run(line)

    assert (result.sent, result.paused) == (4, ("email",))
    waiting = Reminder.objects.filter(state=State.PENDING)
    assert set(waiting.values_list("attempts", flat=True)) == {0}
    assert waiting.count() == result.given_back == MANY - 4


def test_each_try_of_a_group_has_its_own_outcome(line):
    rows = ReminderFactory.create_batch(MANY)
    line.meanwhile |= {
        3: lambda: Outcome(result=Result.REFUSED, code="550", reason="bounced"),
        5: lambda: Outcome(result=Result.AGAIN, code="451", text="later"),
        6: lambda: Outcome(result=Result.UNKNOWN, code="cut_off", reason="reply_lost"),
    }

    result = run(line)

    assert (result.sent, result.failed, result.again) == (MANY - 3, 1, 2)
    tried = DeliveryAttempt.objects.order_by("pk").values_list("reminder", "outcome", "code")
    assert {row: (outcome, code) for row, outcome, code in tried} == {
        row.pk: {
            2: ("refused", "550"),
            4: ("again", "451"),
            5: ("unknown", "cut_off"),
        }.get(number, ("sent", "250"))
        for number, row in enumerate(rows)
    }
    assert run(line) == SweepResult()
