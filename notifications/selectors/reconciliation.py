"""The proof that no message has gone astray."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from notifications.domain.states import State
from notifications.models import DeliveryAttempt, Reminder

LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Every message that was ever owed, by what became of it.

    `pending` are those on their way: waiting, claimed or on the wire. `unaccounted` are rows whose
    state nothing explains: called sent without a try or a person's word for it. `late` are due for
    longer than ten minutes and still waiting.
    """

    expected: int
    delivered: int
    sent: int
    suppressed: int
    failed: int
    expired: int
    unknown: int
    pending: int
    unaccounted: int
    late: int
    suppressed_by_reason: Mapping[str, int]


def reconcile(*, now: datetime) -> Reconciliation:
    """Count the ledger."""
    counted = Reminder.objects.values_list("state").annotate(rows=Count("id"))
    rows: dict[str, int] = dict(counted.order_by())
    tried = Exists(
        DeliveryAttempt.objects.filter(reminder=OuterRef("pk"), outcome__in=["sent", "unknown"])
    )
    untold = Reminder.objects.filter(Q(state="sent") | Q(state="delivered")).exclude(tried).count()
    reasons = Reminder.objects.filter(state=State.SUPPRESSED).values_list("reason")
    return Reconciliation(
        expected=sum(rows.values()),
        delivered=rows.get(State.DELIVERED, 0),
        sent=rows.get(State.SENT, 0),
        suppressed=rows.get(State.SUPPRESSED, 0),
        failed=rows.get(State.FAILED, 0),
        expired=rows.get(State.EXPIRED, 0),
        unknown=rows.get(State.UNKNOWN, 0),
        pending=sum(rows.get(state, 0) for state in (State.PENDING, State.LEASED, State.SENDING)),
        unaccounted=untold,
        late=Reminder.objects.filter(state=State.PENDING, due_at__lt=now - LATE).count(),
        suppressed_by_reason=dict(reasons.annotate(rows=Count("id")).order_by("reason")),
    )
