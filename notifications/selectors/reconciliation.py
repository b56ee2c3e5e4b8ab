"""What the ledger itself says for the proof that no message has gone astray."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from carttrack.accounts.models import Centre
from notifications.domain.proof import Fault, Unaccounted
from notifications.domain.sending import LATE
from notifications.domain.states import State
from notifications.models import DeliveryAttempt, Reminder

TAKEN = sorted((State.LEASED, State.SENDING))


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
    """Count the ledger of all centres, without asking the plans."""
    rows = Reminder.objects.all()
    counted: dict[str, int] = dict(
        rows.values_list("state").annotate(number=Count("id")).order_by()
    )
    reasons = rows.filter(state=State.SUPPRESSED).values_list("reason")
    return Reconciliation(
        expected=sum(counted.values()),
        delivered=counted.get(State.DELIVERED, 0),
        sent=counted.get(State.SENT, 0),
        suppressed=counted.get(State.SUPPRESSED, 0),
        failed=counted.get(State.FAILED, 0),
        expired=counted.get(State.EXPIRED, 0),
        unknown=counted.get(State.UNKNOWN, 0),
        pending=sum(counted.get(state, 0) for state in (State.PENDING, *TAKEN)),
        unaccounted=_untold(rows).count(),
        late=rows.filter(state=State.PENDING, due_at__lt=now - LATE).count(),
        suppressed_by_reason=dict(reasons.annotate(number=Count("id")).order_by("reason")),
    )


def rows_by_rule(*, centre: Centre, day: date | None) -> Counter[tuple[str, State]]:
    """Count a centre's rows by rule and state, of one local day of sending or of all.

    The messages of events, whose rules name one event each, are counted by their kind.
    """
    rule = Case(When(is_planned=True, then=F("rule")), default=F("kind"))
    rows = _rows_of(centre, day).values_list(rule, "state").annotate(number=Count("id"))
    return Counter({(of, State(state)): number for of, state, number in rows.order_by()})


def faults_of_rows(*, centre: Centre, day: date | None, now: datetime) -> Iterator[Unaccounted]:
    """Yield the rows of a centre whose state nothing explains, and those that are late."""
    rows = _rows_of(centre, day)
    is_late = Q(state=State.PENDING, due_at__lt=now - LATE)
    is_stuck = Q(state__in=TAKEN, lease_until__lt=now - LATE)
    stopped = Q(thread__stopped_at__isnull=False)
    yield from _faults(Fault.UNEXPLAINED, _untold(rows))
    yield from _faults(Fault.LATE, rows.filter(is_late | is_stuck))
    yield from _faults(Fault.UNWANTED, rows.live().filter(stopped))


def _rows_of(centre: Centre, day: date | None) -> Any:
    rows = Reminder.objects.at([centre])
    return rows if day is None else rows.filter(local_on=day)


def _untold(rows: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """Keep what is called sent, although nobody tried to send it."""
    tries = DeliveryAttempt.objects.filter(reminder=OuterRef("pk"), outcome__in=["sent", "unknown"])
    return rows.filter(state__in=[State.SENT, State.DELIVERED]).exclude(Exists(tries))


def _faults(fault: Fault, rows: QuerySet[Reminder]) -> Iterator[Unaccounted]:
    found = rows.order_by("id").values_list(
        "thread__uid", "rule", "topic__uid", "occurs_on", "local_on"
    )
    for thread, rule, topic, occurs_on, local_on in found.iterator():
        yield Unaccounted(
            fault=fault, thread=thread, rule=rule, topic=topic, occurs_on=occurs_on, on=local_on
        )
