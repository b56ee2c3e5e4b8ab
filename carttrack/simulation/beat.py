"""The jobs of Celery's beat under the virtual clock, and the workers that do not survive them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from carttrack.simulation.chance import chance
from carttrack.simulation.odds import Odds
from carttrack.simulation.wire import Wire, WorkerDied
from journeys.capacity.domain.slots import SlotState
from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.services import expire_lapsed_holds, remind_of_lapsing_holds
from notifications.domain.receipts import Receipt, Verdict
from notifications.domain.states import State
from notifications.models import Reminder
from notifications.services import sweep, take_receipt
from notifications.services.claim import claim

# The beat sweeps every minute; one that finds nothing changes nothing, so only those that may find
# something are run, and what comes due within a quarter of an hour leaves with one of them.
STEP = timedelta(minutes=15)
AFTER_OUTAGE = timedelta(hours=2)
REPORTED_AFTER = timedelta(minutes=2)
DELIVERED = Receipt(verdict=Verdict.DELIVERED, code="delivered")
FAILED = Receipt(verdict=Verdict.FAILED, code="lost", reason="refused")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Beat:
    """Runs what is due; leases are judged by the database's clock, so those lost are aged here."""

    def __init__(self, *, seed: int, odds: Odds, wire: Wire) -> None:
        self.counts: Counter[str] = Counter()
        self.reported: set[UUID] = set()
        self._rng = chance(seed, "beat")
        self._odds = odds
        self._wire = wire
        self._not_before = EPOCH
        self._has_lost = False
        self._next_at: datetime | None = EPOCH

    def look_again(self) -> None:
        """Somebody has changed a plan, so that something may be due earlier."""
        self._next_at = EPOCH

    def run_until(self, at: datetime) -> None:
        """Sweep at every quarter of an hour up to `at` at which something is due."""
        while self._next_at is not None and self._next_at <= at:
            self._next_at = now = self._next()
            if now is None or now > at:
                return
            self._age_leases()
            self._maybe_lose_a_worker(now)
            self._sweep(now)

    def watch_holds(self, now: datetime) -> None:
        """Let holds of manufacturers' slots lapse, and remind of those that are about to."""
        if not ManufacturingSlot.objects.filter(state=SlotState.HELD).exists():
            return
        with transaction.atomic():
            self.counts["holds_lapsed"] += expire_lapsed_holds(now=now)
            remind_of_lapsing_holds(now=now)
            connection.run_on_commit.clear()

    def _next(self) -> datetime | None:
        """Return the next quarter of an hour at which a sweep finds something."""
        if self._has_lost:
            return self._not_before
        pending = Reminder.objects.filter(state=State.PENDING).order_by("due_at", "id")
        due_at = pending.values_list("due_at", flat=True).first()
        if due_at is None:
            return None
        return max(EPOCH - (EPOCH - due_at) // STEP * STEP, self._not_before)  # rounded up

    def _sweep(self, now: datetime) -> None:
        self._wire.now = now
        self.counts["sweeps"] += 1
        self._not_before = now + STEP
        try:
            result = sweep(now=now, worker="simulated", rng=self._rng, ticks=lambda: 0.0)
        except WorkerDied:
            self.counts["workers_died"] += 1
            self._has_lost = True
            return
        self.counts["reaped"] += result.reaped
        self._take_reports(now + REPORTED_AFTER)
        if result.paused:
            self._not_before = now + AFTER_OUTAGE

    def _take_reports(self, now: datetime) -> None:
        """Let the providers report; what comes twice counts once."""
        for report in self._wire.reports:
            receipt = FAILED if report.is_failure else DELIVERED
            for _ in range(2):
                take_receipt(message=report.uid, channel=report.channel, receipt=receipt, now=now)
            if not report.is_failure:
                self.reported.add(report.uid)
        self._wire.reports.clear()

    def _maybe_lose_a_worker(self, now: datetime) -> None:
        """Let a worker claim what is due and never be heard of again."""
        if self._rng.random() < self._odds.worker_dies_holding:
            lost = claim(now=now, worker="lost", token=uuid4(), paused=())
            self.counts["workers_died"] += 1
            self._has_lost = bool(lost)

    def _age_leases(self) -> None:
        """Let the two minutes of a lease pass that a lost worker had."""
        if self._has_lost:
            held = Reminder.objects.filter(state__in=[State.LEASED, State.SENDING])
            held.update(lease_until=EPOCH)
            self._has_lost = False
