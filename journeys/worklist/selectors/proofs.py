"""The daily proofs of a person's centres, and the journeys that do not close."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator

from carttrack.accounts.models import Centre, User
from journeys.planning.models import Journey
from notifications.domain.proof import NAMES, Fault
from notifications.labels import COLUMNS, FAULTS, JOBS, Word
from notifications.models import Heartbeat, Reconciliation

PAGE_SIZE = 31
SHOWN = ("expected", *NAMES)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a proof and the word over its column."""

    word: Word
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaccountedLine:
    """One message that does not add up, in words."""

    fault: Word
    rule: str
    about: date | None
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyLine:
    """A journey that does not close; `journey` is None for who may not see it."""

    journey_uid: uuid.UUID
    journey: Journey | None
    lines: tuple[UnaccountedLine, ...]

    @property
    def uid(self) -> uuid.UUID:
        """Return the patient's uid, for the read log."""
        return self.journey.patient.uid if self.journey else self.journey_uid


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofTable:
    """The proof of one day by rule, and what does not add up by journey.

    `unlisted` counts what the list left out.
    """

    proof: Reconciliation
    rules: tuple[tuple[str, tuple[Cell, ...]], ...]
    total: tuple[Cell, ...]
    journeys: tuple[JourneyLine, ...]
    unlisted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A periodic job and when it last ended well."""

    word: Word
    at: datetime


def column_words() -> tuple[Word, ...]:
    """Return the words over the columns of a proof."""
    return tuple(COLUMNS[name] for name in SHOWN)


def cells(counts: Mapping[str, int]) -> tuple[Cell, ...]:
    """Return the counts in the order of the columns."""
    return tuple(Cell(COLUMNS[name], counts.get(name, 0)) for name in SHOWN)


def proofs(*, centres: Collection[Centre], page: str = "1") -> Page[Reconciliation]:
    """Return a page of the proofs of these centres, the latest day first."""
    kept = Reconciliation.objects.filter(centre__in=centres).select_related("centre")
    brief = kept.defer("by_rule", "unaccounted")
    return Paginator(brief.order_by("-day", "centre__name"), PAGE_SIZE).get_page(page)


def proof_table(*, user: User, centre: Centre, day: date) -> ProofTable:
    """Return one proof; journeys have names for those who may see them.

    Raises:
        Reconciliation.DoesNotExist: none was kept for the day.
    """
    proof = Reconciliation.objects.select_related("centre").get(centre=centre, day=day)
    found: dict[uuid.UUID, list[UnaccountedLine]] = {}
    for one in proof.unaccounted:
        found.setdefault(uuid.UUID(one["journey"]), []).append(_line(one))
    visible = Journey.objects.visible_to(user).filter(uid__in=found).select_related("patient")
    known = {journey.uid: journey for journey in visible}
    lines = (
        JourneyLine(journey_uid=key, journey=known.get(key), lines=tuple(of))
        for key, of in found.items()
    )
    return ProofTable(
        proof=proof,
        rules=tuple((rule, cells(counts)) for rule, counts in sorted(proof.by_rule.items())),
        total=cells(proof.counts),
        journeys=tuple(sorted(lines, key=lambda line: line.journey is None)),
        unlisted=proof.unaccounted_count - len(proof.unaccounted),
    )


def _line(one: Mapping[str, str | None]) -> UnaccountedLine:
    about, on = one["about"], one["on"]
    return UnaccountedLine(
        fault=FAULTS[Fault(one["fault"] or "")],
        rule=one["rule"] or "",
        about=date.fromisoformat(about) if about else None,
        on=date.fromisoformat(on) if on else None,
    )


def jobs() -> Sequence[JobLine]:
    """Return the periodic jobs with the marks that they left."""
    beats = Heartbeat.objects.order_by("name").values_list("name", "beat_at")
    return [JobLine(word=JOBS.get(name, name), at=at) for name, at in beats]
