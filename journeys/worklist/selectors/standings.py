"""Who stands in each lane of the board, those that need a hand first, in one statement.

Every part of it is read in the order of an index and stops at a bound, so that a large centre
costs hardly more than a small one.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from carttrack.prepared import CENTRE, READER, TODAY, Param, prepared
from journeys.patients.models import Patient
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Hold, Journey

# Further a lane is not counted: it says "50+", and the list of patients has the others.
COUNTED = 50
# How many of a centre's oldest troubles are looked through; what is cut still shows its flags.
LOOKED_THROUGH = 200
OWNER = Param("owner", BigIntegerField())
PROTOCOL = Param("protocol", TextField())


class Turn(IntEnum):
    """Why a journey stands where it does in its lane; the smaller, the further ahead."""

    STUCK = 0
    OVERDUE = 1
    HELD_TOO_LONG = 2
    DUE = 3
    WAITING = 4


LATE = frozenset({Turn.OVERDUE, Turn.DUE})
NEEDS_HAND = frozenset({Turn.STUCK, Turn.OVERDUE, Turn.HELD_TOO_LONG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which journeys a board keeps, as the shape of its statement: one is prepared for each."""

    by_owner: bool
    by_protocol: bool

    def to(self, path: str = "") -> Q:
        """Return the condition on journeys that a table reaches by `path`."""
        condition = Q()
        if self.by_owner:
            condition &= Q(**{f"{path}coordinator": OWNER}) | Q(**{f"{path}clinician": OWNER})
        if self.by_protocol:
            condition &= Q(**{f"{path}protocol_version__protocol__code": PROTOCOL})
        return condition


@dataclass(slots=True)
class Queue:
    """Who stands in one lane, by their keys, whoever needs a hand first.

    `found` counts them up to one more than a counter says; `troubled` are those who need a hand,
    as far as a centre's troubles were looked through.
    """

    journeys: dict[int, None] = field(default_factory=dict)
    troubled: set[int] = field(default_factory=set)
    found: int = 0

    def add(self, turn: int, journey: int) -> None:
        """Let a journey stand behind those that were added before."""
        self.journeys.setdefault(journey)
        if turn in NEEDS_HAND:
            self.troubled.add(journey)
        self.found += turn == Turn.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """Who stands in which stage; `is_cut` when there may be more troubles than were looked at."""

    lanes: dict[str, Queue]
    is_cut: bool


def queues(codes: tuple[str, ...], narrowing: Narrowing, **values: Any) -> Queues:
    """Return who stands in which stage: stuck, overdue, held too long, due, then the others.

    Of each kind whoever has waited longest stands first.
    """
    lanes = {code: Queue() for code in codes}
    late = 0
    for turn, _since, journey, code in sorted(_standing(codes, narrowing).rows(**values)):
        late += turn in LATE
        if code in lanes:
            lanes[code].add(turn, journey)
    return Queues(lanes=lanes, is_cut=late == LOOKED_THROUGH)


@prepared
def _standing(codes: tuple[str, ...], narrowing: Narrowing) -> "QuerySet[Any, Any]":
    """Ask for everybody's turn, the day since when, and the stage."""
    lanes = [_waiting(code, narrowing) for code in codes]
    return _stuck(narrowing).union(_late(narrowing), _held_too_long(narrowing), *lanes, all=True)


def _waiting(code: str, narrowing: Narrowing) -> "QuerySet[Journey, Any]":
    """Ask who has stood longest in a stage, as many as a counter counts."""
    found = _journeys(narrowing).filter(standing=code).order_by("standing_since", "pk")
    return found.values_list(
        Value(Turn.WAITING.value), Coalesce("standing_since", "started_on"), "pk", "standing"
    )[: COUNTED + 1]


def _stuck(narrowing: Narrowing) -> "QuerySet[Journey, Any]":
    found = _journeys(narrowing).filter(is_stuck=True).order_by("pk")
    return found.values_list(Value(Turn.STUCK.value), "started_on", "pk", "standing")[
        :LOOKED_THROUGH
    ]


def _late(narrowing: Narrowing) -> "QuerySet[Activity, Any]":
    """Ask for what is to be done by now; a window that is over stands before one that is open."""
    is_over = When(closes_on__lt=TODAY, then=Value(Turn.OVERDUE.value))
    return (
        Activity.objects.filter(narrowing.to("journey__"), _is_seen("journey__patient"))
        .filter(centre=CENTRE, journey__status=JourneyStatus.ACTIVE)
        .filter(needs_hand_on__isnull=False, needs_hand_on__lte=TODAY)
        .order_by("needs_hand_on", "pk")
        .values_list(
            Case(is_over, default=Value(Turn.DUE.value), output_field=IntegerField()),
            "needs_hand_on",
            "journey_id",
            "journey__standing",
        )[:LOOKED_THROUGH]
    )


def _held_too_long(narrowing: Narrowing) -> "QuerySet[Hold, Any]":
    """Ask for holds that somebody meant to resume from by now."""
    return (
        Hold.objects.live()
        .filter(narrowing.to("journey__"), _is_seen("journey__patient"))
        .filter(journey__centre=CENTRE, journey__status=JourneyStatus.ACTIVE)
        .filter(expected_on__lt=TODAY)
        .order_by("expected_on", "pk")
        .values_list(
            Value(Turn.HELD_TOO_LONG.value), "expected_on", "journey_id", "journey__standing"
        )[:LOOKED_THROUGH]
    )


def _journeys(narrowing: Narrowing) -> QuerySet[Journey]:
    return Journey.objects.active().filter(narrowing.to(), _is_seen("patient"), centre=CENTRE)


def _is_seen(patient: str) -> Q:
    """Keep rows of patients whom the reader may see, asked of the patient row by row.

    A join would have PostgreSQL read every patient there is before it reads a lane.
    """
    seen = Patient.objects.visible_to(READER, in_order=True).filter(pk=OuterRef(patient))
    return ~Q(IsNull(Subquery(seen.values("pk")[:1]), True))  # noqa: FBT003 - Django's own lookup
