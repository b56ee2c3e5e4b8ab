"""The coordinator's desk once a week: what no program could deliver is decided by a person."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from carttrack.accounts.models import User
from carttrack.simulation.centre import email_of
from carttrack.simulation.chance import chance
from carttrack.simulation.life import Life
from journeys.patients.models import Patient
from journeys.patients.services import update_contacts
from notifications.domain.states import State
from notifications.models import Reminder
from notifications.services import Decision, NotResolvable, resolve

ADDRESS_ASKED_FOR = 0.4
# What a person decides about a message, in turn by chance; None leaves it for another week.
DECISIONS: dict[str, tuple[Decision | None, ...]] = {
    State.FAILED: (Decision.DROP, Decision.DROP, Decision.SEND_AGAIN, None),
    State.EXPIRED: (Decision.DROP, Decision.DROP, None),
    State.UNKNOWN: (Decision.WAS_SENT, Decision.WAS_SENT, Decision.DROP, Decision.SEND_AGAIN, None),
}


class Desk:
    """Works through the list; `vouched` are the messages that a person said had arrived."""

    def __init__(self, *, seed: int, by: User) -> None:
        self.counts: Counter[str] = Counter()
        self.vouched: set[UUID] = set()
        self._rng = chance(seed, "desk")
        self._by = by

    def work(self, lives: dict[UUID, Life], *, now: datetime) -> None:
        """Decide about what waits, oldest first."""
        waiting = Reminder.objects.needing_a_person().select_related("thread").order_by("id")
        for row in waiting:
            decision = self._rng.choice(DECISIONS[row.state])
            life = lives.get(row.thread.uid)
            if life is not None and row.reason in {"bounced", "no_address"}:
                self._ask_for_address(life, now=now)
            if decision is not None:
                self._resolve(row, decision, now=now)

    def _resolve(self, row: Reminder, decision: Decision, *, now: datetime) -> None:
        try:
            with transaction.atomic():
                resolve(reminder_uid=row.uid, decision=decision, by=self._by, now=now)
                connection.run_on_commit.clear()
        except NotResolvable:
            self.counts["not_resolvable"] += 1
            return
        self.counts[decision] += 1
        if decision is Decision.WAS_SENT:
            self.vouched.add(row.uid)

    def _ask_for_address(self, life: Life, *, now: datetime) -> None:
        """Call the patient, who may have another address by now; nobody is asked twice."""
        if self._rng.random() >= ADDRESS_ASKED_FOR or not life.fate.contact.has_email:
            return
        if "address" in life.done_once:
            return
        life.done_once.add("address")
        patient = Patient.objects.get(pk=life.journey.patient_id)
        with life.event():
            update_contacts(
                patient=patient,
                language=patient.language,
                email=email_of(life.fate, number=2),
                phone=str(patient.phone),
                time_zone=patient.time_zone,
                travel_minutes=patient.travel_minutes,
                contact_name=patient.contact_name,
                contact_phone=str(patient.contact_phone),
                by=self._by,
                now=now,
            )
            self.counts["addresses_renewed"] += 1
