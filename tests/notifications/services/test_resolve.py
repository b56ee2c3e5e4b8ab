"""A person decides about what no program can."""

from datetime import timedelta

import pytest

from carttrack.audit.models import HistoryEntry
from notifications.domain.states import State
from notifications.models import OutboxMail
from notifications.services import Decision, NotResolvable, resolve, stop_thread, sweep
from tests.accounts.factories import UserFactory
from tests.notifications.factories import NOON, ReminderFactory

pytestmark = pytest.mark.django_db


def undelivered(state, **changes):
    return ReminderFactory.create(state=state, reason="refused", attempts=6, **changes)


def decide(row, decision, now=NOON):
    by = UserFactory.create()
    return resolve(reminder_uid=row.uid, decision=decision, by=by, now=now)


@pytest.mark.parametrize(
    ("state", "decision", "after", "reason"),
    [
        (State.UNKNOWN, Decision.WAS_SENT, State.SENT, ""),
        (State.UNKNOWN, Decision.SEND_AGAIN, State.PENDING, ""),
        (State.UNKNOWN, Decision.DROP, State.SUPPRESSED, "dropped"),
        (State.FAILED, Decision.SEND_AGAIN, State.PENDING, ""),
        (State.FAILED, Decision.DROP, State.SUPPRESSED, "dropped"),
        (State.EXPIRED, Decision.DROP, State.SUPPRESSED, "dropped"),
    ],
)
def test_each_decision_is_carried_out_and_remembered(state, decision, after, reason):
    row = undelivered(state)

    decide(row, decision)

    row.refresh_from_db()
    assert (row.state, row.reason) == (after, reason)
    entry = HistoryEntry.objects.get()
    assert (entry.action, entry.subject_uid) == (f"reminder.{decision}", row.uid)
    assert (entry.before, entry.after) == ({"state": state}, {"state": after})


@pytest.mark.parametrize(
    ("state", "decision"),
    [
        (State.FAILED, Decision.WAS_SENT),
        (State.EXPIRED, Decision.SEND_AGAIN),
        (State.PENDING, Decision.DROP),
        (State.SUPPRESSED, Decision.SEND_AGAIN),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_changes_nothing(state, decision):
    row = undelivered(state)

    with pytest.raises(NotResolvable):
        decide(row, decision)

    row.refresh_from_db()
    assert row.state == state
    assert not HistoryEntry.objects.exists()


def test_sending_again_is_refused_when_it_would_only_confuse():
    row = undelivered(State.FAILED)

    with pytest.raises(NotResolvable):
        decide(row, Decision.SEND_AGAIN, now=row.expires_at + timedelta(seconds=1))
    stop_thread(thread_uid=row.thread.uid, reason="died", now=NOON)
    with pytest.raises(NotResolvable):
        decide(row, Decision.SEND_AGAIN)


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_again_leaves_with_the_next_sweep():
    row = undelivered(State.FAILED)

    decide(row, Decision.SEND_AGAIN)

    assert sweep(now=NOON, worker="test").sent == 1
    assert OutboxMail.objects.get().message_uid == row.uid
