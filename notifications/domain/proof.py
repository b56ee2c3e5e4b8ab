"""The proof that no message has gone astray: expected is what the states add up to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from notifications.domain.states import State

# So many are listed one by one; all are counted.
MOST_LISTED = 500
# What is on its way counts as one thing: waiting, claimed or on the wire.
COLUMNS: Mapping[State, str] = {
    State.DELIVERED: "delivered",
    State.SENT: "sent",
    State.SUPPRESSED: "suppressed",
    State.FAILED: "failed",
    State.EXPIRED: "expired",
    State.UNKNOWN: "unknown",
    State.PENDING: "pending",
    State.LEASED: "pending",
    State.SENDING: "pending",
}
NAMES = tuple(dict.fromkeys(COLUMNS.values()))


class Fault(StrEnum):
    """Why something does not add up."""

    MISSING = "missing"  # wanted, and no row says what became of it
    UNWANTED = "unwanted"  # would be sent, and no plan asks for it
    MOVED = "moved"  # would be sent for another day than the plan's
    BEHIND = "behind"  # written for an earlier version of the plan: it would never be sent
    UNEXPLAINED = "unexplained"  # called sent, without a try
    LATE = "late"  # due for too long


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaccounted:
    """One thing that does not add up, by uids and codes alone.

    Units:
        on: the recipient's local day on which the message was to be sent; None for at once.
    """

    fault: Fault
    thread: UUID
    rule: str
    topic: UUID | None = None
    occurs_on: date | None = None
    on: date | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return it as it is kept and printed."""
        return {
            "fault": self.fault.value,
            "journey": str(self.thread),
            "rule": self.rule,
            "activity": str(self.topic) if self.topic else None,
            "about": self.occurs_on.isoformat() if self.occurs_on else None,
            "on": self.on.isoformat() if self.on else None,
        }


@dataclass(slots=True, kw_only=True)
class Proof:
    """What was expected and what became of it, for one centre or for all of them.

    `rows` counts the ledger by rule and state. `wanted` counts what the plans of `journeys` ask for
    within the horizon.
    """

    rows: Counter[tuple[str, State]] = field(default_factory=Counter)
    faults: Counter[tuple[str, Fault]] = field(default_factory=Counter)
    listed: list[Unaccounted] = field(default_factory=list)
    journeys: int = 0
    wanted: int = 0

    @property
    def unaccounted(self) -> int:
        """Return how much does not add up."""
        return sum(self.faults.values())

    @property
    def closes(self) -> bool:
        """Tell whether everything adds up."""
        return not self.faults

    def blame(self, found: Iterable[Unaccounted]) -> None:
        """Count what does not add up, and list it as long as the list is not too long."""
        for one in found:
            self.faults[one.rule, one.fault] += 1
            if len(self.listed) < MOST_LISTED:
                self.listed.append(one)

    def add(self, other: "Proof") -> None:
        """Take in the proof of another centre."""
        self.rows += other.rows
        self.faults += other.faults
        self.listed += other.listed[: MOST_LISTED - len(self.listed)]
        self.journeys += other.journeys
        self.wanted += other.wanted

    def counts(self, rule: str | None = None) -> dict[str, int]:
        """Return the columns of the proof, for one rule or for all of them.

        Expected is every row of the ledger, and what is wanted without one; a row that nobody wants
        is not expected.
        """
        found = dict.fromkeys(("expected", *NAMES), 0)
        for state, number in self._rows_of(rule):
            found["expected"] += number
            found[COLUMNS[state]] += number
        for fault, number in self._faults_of(rule):
            found["expected"] += {Fault.MISSING: 1, Fault.UNWANTED: -1}.get(fault, 0) * number
        unaccounted = sum(number for _fault, number in self._faults_of(rule))
        late = sum(number for fault, number in self._faults_of(rule) if fault is Fault.LATE)
        return found | {"unaccounted": unaccounted, "late": late}

    def by_rule(self) -> dict[str, dict[str, int]]:
        """Return the columns of the proof by rule."""
        rules = {rule for rule, _state in self.rows} | {rule for rule, _fault in self.faults}
        return {rule: self.counts(rule) for rule in sorted(rules)}

    def by_journey(self) -> dict[UUID, list[Unaccounted]]:
        """Return the journeys that do not close, each with what does not add up."""
        found: dict[UUID, list[Unaccounted]] = {}
        for one in self.listed:
            found.setdefault(one.thread, []).append(one)
        return found

    def _rows_of(self, rule: str | None) -> Iterator[tuple[State, int]]:
        for (of_rule, state), number in self.rows.items():
            if rule in (None, of_rule):
                yield state, number

    def _faults_of(self, rule: str | None) -> Iterator[tuple[Fault, int]]:
        for (of_rule, fault), number in self.faults.items():
            if rule in (None, of_rule):
                yield fault, number
