"""Reading the history and the read log, and proving that the history is whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from carttrack.audit.domain import chained_hash
from carttrack.audit.models import HistoryEntry, ReadEntry, chain_of, hashed_values

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where a chain does not hold."""

    chain: str
    number: int
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a walk along the chains found."""

    entries: int
    chains: int
    breaks: tuple[Break, ...]

    @property
    def is_whole(self) -> bool:
        """True when every entry is what it was when it was written."""
        return not self.breaks


def history_of(patient_uid: UUID) -> QuerySet[HistoryEntry]:
    """Return what was done for a patient, newest first, with who did it and where."""
    return (
        HistoryEntry.objects.filter(patient_uid=patient_uid)
        .select_related("actor", "centre")
        .order_by("-at", "-number")
    )


def reads_of(patient_uid: UUID) -> QuerySet[ReadEntry]:
    """Return who saw a patient, newest first."""
    return (
        ReadEntry.objects.filter(patient_uid=patient_uid)
        .select_related("reader", "centre")
        .order_by("-at", "-pk")
    )


def verify_chain(patient_uid: UUID | None) -> Verification:
    """Check one patient's chain, or with None that of the system."""
    return _verify(HistoryEntry.objects.filter(chain=chain_of(patient_uid)))


def verify_all() -> Verification:
    """Check every chain; memory stays flat however long the history is."""
    return _verify(HistoryEntry.objects.all())


def _verify(entries: QuerySet[HistoryEntry]) -> Verification:
    breaks: list[Break] = []
    seen = chains = 0
    previous: HistoryEntry | None = None
    for entry in entries.order_by("chain", "number").iterator(chunk_size=BATCH):
        if previous is None or previous.chain != entry.chain:
            previous = None
            chains += 1
        breaks.extend(
            Break(chain=entry.chain, number=entry.number, problem=problem)
            for problem in _problems(entry, previous)
        )
        previous = entry
        seen += 1
    return Verification(entries=seen, chains=chains, breaks=tuple(breaks))


def _problems(entry: HistoryEntry, previous: HistoryEntry | None) -> Iterator[str]:
    expected_number = previous.number + 1 if previous else 1
    if entry.number != expected_number:
        yield f"entry {expected_number} is missing"
    elif entry.previous_hash != (previous.hash if previous else ""):
        yield "does not follow the entry before it"
    if entry.chain != chain_of(entry.patient_uid):
        yield "stands in the chain of another patient"
    if entry.hash != chained_hash(entry.previous_hash, hashed_values(entry)):
        yield "was changed after it was written"
