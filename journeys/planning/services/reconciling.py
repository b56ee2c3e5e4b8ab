"""The daily proof: what the plans want is in the ledger, and the ledger says what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from carttrack.accounts.models import Centre
from journeys.planning.models import Journey
from journeys.planning.services.reminders import HORIZON, asked_of
from journeys.planning.workspace import load_all, stored_lines
from notifications import services as notifications
from notifications.domain.proof import Fault, Proof, Unaccounted
from notifications.selectors.reconciliation import faults_of_rows, rows_by_rule

# So many journeys are held in memory at once, however many there are.
BATCH = 100
# The last night wrote what had come within the horizon by yesterday; the next one writes the rest.
WRITTEN = HORIZON - timedelta(days=1)


def prove(*, centre: Centre, now: datetime, today: date, day: date | None = None) -> Proof:
    """Prove that every message a centre's plans want is accounted for; nothing is changed.

    What is wanted is worked out anew for every active journey, by what writes the ledger. Plans and
    ledger are read as they are at one moment, so that a plan that changes meanwhile is not blamed.

    Units:
        today: the date at the centre.
        day: the local day on which messages are to be sent; None for every day.
    """
    proof = Proof()
    with _one_moment():
        proof.rows = rows_by_rule(centre=centre, day=day)
        proof.blame(faults_of_rows(centre=centre, day=day, now=now))
        for asked in _asked(centre, today=today):
            proof.journeys += len(asked)
            proof.wanted += sum(
                day is None or item.send_on == day for one in asked for item in one.wanted
            )
            found = notifications.unaccounted(asked, now=now)
            proof.blame(one for one in found if _is_of(one, day) and not _is_new(one, today))
    return proof


def _is_of(one: Unaccounted, day: date | None) -> bool:
    return day is None or one.on == day


def _is_new(one: Unaccounted, today: date) -> bool:
    """Tell whether a message has only just come within the horizon."""
    return one.fault is Fault.MISSING and one.on is not None and one.on > today + WRITTEN


def _asked(centre: Centre, *, today: date) -> Iterator[list[notifications.Asked]]:
    """Yield what the plans of a centre's active journeys ask for, some journeys at a time."""
    active = Journey.objects.active().filter(centre=centre).order_by("pk")
    last = 0
    while keys := list(active.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        last = keys[-1]
        spaces = load_all(Journey.objects.filter(pk__in=keys).order_by("pk"))
        yield [asked_of(space, stored_lines(space), today=today) for space in spaces]


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it was when reading began, and leave nothing behind.

    Working out who is written to may find that somebody's details changed; that is for the plan to
    keep, and is taken back here.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        transaction.set_rollback(True)
