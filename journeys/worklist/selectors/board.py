"""The board: where every active journey of a centre stands, and which of them need a hand."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from carttrack.accounts.models import Centre, User
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState, JourneyStatus, StageState
from journeys.planning.models import Activity, Hold, Journey, Stage
from journeys.worklist.selectors.cards import Card, card
from journeys.worklist.selectors.columns import Columns
from journeys.worklist.selectors.owners import EVERYBODY, Owner
from journeys.worklist.selectors.scope import COUNTED

SHOWN_CARDS = 20
# How many of a centre's oldest troubles are looked through; what is cut still shows its flags.
LOOKED_THROUGH = 500
INFUSION = "infusion"

Standing = tuple[str, int]  # the code of a stage and the id of a journey that stands there


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Whose board of which centre on which day, and what it is narrowed to.

    Units:
        today: the local calendar date at the centre.
    """

    user: User
    centre: Centre
    today: date
    owner: Owner = EVERYBODY
    protocol: str = ""

    def journeys(self) -> QuerySet[Journey]:
        """Return the journeys on the board."""
        found = Journey.objects.visible_to(self.user).active().filter(centre=self.centre)
        return found.filter(self.narrowed())

    def narrowed(self, path: str = "") -> Q:
        """Return what the board is narrowed to, for a table that reaches journeys by `path`."""
        condition = self.owner.accountable(path)
        if self.protocol:
            condition &= Q(**{f"{path}protocol_version__protocol__code": self.protocol})
        return condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One stage with its journeys, those that need a hand first; `code` is empty past the last."""

    code: str
    title: str
    cards: tuple[Card, ...]
    found: int

    @property
    def count(self) -> str:
        """Return how many stand here, as a counter says it."""
        return f"{COUNTED}+" if self.found > COUNTED else str(self.found)

    @property
    def troubled(self) -> int:
        """Return how many of the cards need a hand."""
        return sum(1 for card in self.cards if card.tone == "bad" or card.hold_is_over)

    @property
    def has_more(self) -> bool:
        """Tell whether the lane was cut."""
        return self.found > len(self.cards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All lanes in the order of the stages."""

    lanes: tuple[Lane, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """Return every card, for the read log."""
        return tuple(card for lane in self.lanes for card in lane.cards)


def board(scene: Scene, columns: Columns) -> Board:
    """Return the board in a fixed number of queries, whatever the size of the centre.

    In each lane stand first the plans that do not fit, then what is overdue or due by now, then
    holds past their day, then whoever has been in the stage longest.
    """
    found = _by_lane(_longest_standing(scene, [*columns, ""]))
    first = _by_lane([*_stuck(scene), *_late(scene), *_held_too_long(scene)])
    picked = {
        code: list(dict.fromkeys([*first.get(code, ()), *journeys]))[:SHOWN_CARDS]
        for code, journeys in found.items()
    }
    shown = _cards(scene, [pk for journeys in picked.values() for pk in journeys])
    return Board(
        lanes=tuple(
            Lane(
                code=code,
                title=columns.get(code, ""),
                cards=tuple(shown[pk] for pk in picked.get(code, ()) if pk in shown),
                found=len(found.get(code, ())),
            )
            for code in _lanes_to_show(columns, found)
        )
    )


def _lanes_to_show(columns: Columns, found: Mapping[str, Any]) -> list[str]:
    """Keep every stage; the lane past the last one only while somebody stands in it."""
    return [*columns, ""] if found.get("") else list(columns)


def _by_lane(standing: Iterable[Standing]) -> dict[str, list[int]]:
    lanes: dict[str, list[int]] = {}
    for code, pk in standing:
        lanes.setdefault(code, []).append(pk)
    return lanes


def _longest_standing(scene: Scene, codes: Collection[str]) -> Iterable[Standing]:
    """Return who has stood longest in each stage, as many as a counter counts."""
    lanes = [
        scene.journeys()
        .filter(standing=code)
        .order_by("standing_since", "pk")
        .values_list("standing", "pk")[: COUNTED + 1]
        for code in codes
    ]
    return lanes[0].union(*lanes[1:], all=True)


def _stuck(scene: Scene) -> Iterable[Standing]:
    stuck = scene.journeys().filter(is_stuck=True).order_by("pk")
    return stuck.values_list("standing", "pk")[:LOOKED_THROUGH]


def _late(scene: Scene) -> Iterable[Standing]:
    """Return who has something to be done by now, closed windows before the others."""
    found = (
        Activity.objects.visible_to(scene.user)
        .filter(scene.narrowed("journey__"), centre=scene.centre)
        .filter(journey__status=JourneyStatus.ACTIVE)
        .filter(needs_hand_on__isnull=False, needs_hand_on__lte=scene.today)
        .order_by("needs_hand_on", "pk")
        .values_list("journey__standing", "journey_id", "closes_on")[:LOOKED_THROUGH]
    )
    rows = sorted(found, key=lambda row: row[2] is None or row[2] >= scene.today)
    return [(code, pk) for code, pk, _closes_on in rows]


def _held_too_long(scene: Scene) -> Iterable[Standing]:
    return (
        Hold.objects.live()
        .filter(expected_on__lt=scene.today, journey__in=scene.journeys())
        .order_by("expected_on", "pk")
        .values_list("journey__standing", "journey_id")[:LOOKED_THROUGH]
    )


def _overdue(activities: QuerySet[Activity], today: date) -> QuerySet[Activity]:
    """Keep windows that closed; what a person booked for later is late and not forgotten."""
    return (
        activities.filter(state__in=[ActivityState.PLANNED, ActivityState.BOOKED])
        .filter(closes_on__lt=today)
        .exclude(kind=ActivityKind.RESTRICTION)
        .exclude(state=ActivityState.BOOKED, chosen_on__gte=today)
    )


def _cards(scene: Scene, pks: Collection[int]) -> dict[int, Card]:
    """Return the cards of some journeys in three queries."""
    own = Activity.objects.filter(journey=OuterRef("pk"))
    upcoming = own.open().exclude(kind=ActivityKind.RESTRICTION)
    latest = Stage.objects.filter(cycle__journey=OuterRef("pk"), code=OuterRef("standing"))
    journeys = (
        Journey.objects.filter(pk__in=pks)
        .select_related("patient", "coordinator", "protocol_version__protocol__product")
        .defer("protocol_version__document")
        .annotate(
            is_late=Exists(_overdue(own, scene.today)),
            has_begun=Exists(latest.filter(state=StageState.CURRENT)),
            infused_on=Subquery(
                own.filter(code=INFUSION, happened_on__isnull=False)
                .order_by("-cycle__number", "occurrence")
                .values("happened_on")[:1]
            ),
            next_activity=Subquery(
                upcoming.order_by(F("chosen_on").asc(nulls_last=True), "pk").values("pk")[:1]
            ),
        )
    )
    found = {journey.pk: journey for journey in journeys}
    holds = {hold.journey_id: hold for hold in Hold.objects.live().filter(journey__in=found)}
    following = _following(found)
    return {
        pk: card(journey, following.get(pk), holds.get(pk), today=scene.today)
        for pk, journey in found.items()
    }


def _following(journeys: Mapping[int, Any]) -> dict[int, Activity]:
    """Return what comes next, by journey, each with the journey that was already fetched."""
    keys = [journey.next_activity for journey in journeys.values() if journey.next_activity]
    activities = Activity.objects.filter(pk__in=keys).defer("why")
    for activity in (found := list(activities)):
        activity.journey = journeys[activity.journey_id]
    return {activity.journey_id: activity for activity in found}
