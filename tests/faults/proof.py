"""What must hold after every fault, and the line that says what was counted."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from notifications.domain.states import State
from notifications.models import DeliveryAttempt, Reminder
from notifications.selectors import reconcile, undelivered
from tests.faults.clockwork import LEASE_SECONDS

MESSAGE_ID = "<{}@carttrack.invalid>"
SLOWEST_PER_SECOND = 40
SETTLED = frozenset({State.SENT, State.FAILED, State.UNKNOWN, State.SUPPRESSED, State.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One line of the table of faults."""

    fault: str
    owed: int
    sent: int
    unknown: int
    in_flight: int
    failed: int
    suppressed: int
    expired: int
    twice: int
    lost: int
    seconds: float


def wait_until(is_so, *, seconds=15.0):
    """Wait until something is so; return whether it came to be."""
    deadline = time.monotonic() + seconds
    while not (found := is_so()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def everything_is_settled():
    """Tell whether no message is on its way any more."""
    return not Reminder.objects.exclude(state__in=SETTLED).exists()


def count(fault, mail_server, *, in_flight, began):
    """Assert what must hold once everything is settled, and return the counts."""
    seconds = 4 * LEASE_SECONDS + Reminder.objects.count() / SLOWEST_PER_SECOND
    assert wait_until(everything_is_settled, seconds=seconds)
    now = timezone.now()
    counted = reconcile(now=now)
    ids = {
        state: {MESSAGE_ID.format(uid) for uid in rows.values_list("uid", flat=True)}
        for state in SETTLED
        for rows in [Reminder.objects.filter(state=state, channel="email")]
    }
    taken = mail_server.taken
    line = Counted(
        fault=fault,
        owed=counted.expected,
        sent=counted.sent,
        unknown=counted.unknown,
        in_flight=in_flight,
        failed=counted.failed,
        suppressed=counted.suppressed,
        expired=counted.expired,
        twice=sum(times > 1 for times in taken.values()),
        lost=len(ids[State.SENT] - taken.keys()),
        seconds=round(time.monotonic() - began, 1),
    )
    assert (line.twice, line.lost) == (0, 0)
    assert taken.keys() <= ids[State.SENT] | ids[State.UNKNOWN]
    assert line.unknown <= in_flight
    closes = counted.sent + counted.failed + counted.unknown + counted.suppressed + counted.expired
    assert (closes, counted.pending, counted.unaccounted, counted.late) == (line.owed, 0, 0, 0)
    assert_that_a_person_sees_what_did_not_arrive()
    assert_that_every_try_is_written()
    return line


def assert_that_a_person_sees_what_did_not_arrive():
    """The list of each centre names every message that failed, expired or is in doubt."""
    waiting = Reminder.objects.needing_a_person().select_related("centre")
    listed = undelivered(centres={row.centre for row in waiting}, limit=100_000)
    assert {row.uid for _thread, row in listed} == {row.uid for row in waiting}
    unseen = Reminder.objects.filter(state=State.UNKNOWN).exclude(pk__in=waiting)
    assert not unseen.exists()


def assert_that_every_try_is_written():
    """A message that was tried has a row for each try, and the none is left out."""
    written = dict.fromkeys(Reminder.objects.values_list("pk", flat=True), 0)
    for reminder_id in DeliveryAttempt.objects.values_list("reminder_id", flat=True):
        written[reminder_id] += 1
    attempts = dict(Reminder.objects.values_list("pk", "attempts"))
    assert all(written[pk] >= tries for pk, tries in attempts.items())


def pass_time(seconds):
    """Let the ledger's waiting messages come due as if time had passed."""
    earlier = timezone.now() - timedelta(seconds=1)
    waiting = Reminder.objects.filter(state=State.PENDING, due_at__gt=earlier)
    return waiting.filter(due_at__lt=earlier + timedelta(seconds=seconds)).update(due_at=earlier)
