"""Journeys as cards of the board, read as plain values: a board builds no models."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language, ngettext

from carttrack.prepared import TODAY, Param, prepared
from carttrack.ui import dates
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import HoldReason, StageState
from journeys.planning.models import Activity, Journey, Stage
from journeys.planning.selectors.marks import mark_of
from journeys.planning.state_labels import HOLD_REASON_LABELS
from journeys.worklist.selectors.lines import ActivityLine, as_lines, lines_of
from journeys.worklist.selectors.patients import NextThing

INFUSION = "infusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One journey: who, on which day, what comes next, whose it is and what is wrong.

    `hold_since` is the first day of a hold that nobody resumed from, `hold_is_over` tells that the
    day somebody meant to resume has passed, `is_passed` that the planned day of what comes next
    went by with nothing recorded.
    """

    uid: uuid.UUID  # the patient's, for the read log
    journey_uid: uuid.UUID
    name: str
    product: str
    day: str
    owner: str
    next: NextThing | None
    is_stuck: bool
    is_late: bool
    is_passed: bool
    hold_since: date | None
    hold_reason: str
    hold_is_over: bool

    @property
    def tone(self) -> str:
        """Return how loudly the card speaks: bad, warn, or nothing."""
        if self.is_stuck or self.is_late:
            return "bad"
        return "warn" if self.hold_since or self.is_passed else ""


class Standing(NamedTuple):
    """A journey as it is stored; the fields stand in the order of the statement.

    `begun` and `late` are keys of rows that tell by being there: the stage it stands in goes on,
    and a window closed.
    """

    pk: int
    uid: uuid.UUID
    patient_uid: uuid.UUID
    given_name: str
    family_name: str
    product: str | None
    title: str
    coordinator: str
    started_on: date
    standing_since: date | None
    is_stuck: bool
    hold_since: date | None
    hold_reason: str | None
    hold_until: date | None  # the day that somebody means to resume on
    begun: int | None
    late: int | None
    infused_on: date | None
    next_id: int | None


def cards(journeys: Collection[int], *, today: date) -> dict[int, Card]:
    """Return the cards of some journeys in two queries; who may see them was asked before.

    Units:
        today: the local calendar date at the centre.
    """
    found = [Standing(*row) for row in _standings().rows(journeys=list(journeys), today=today)]
    first = [journey.next_id for journey in found if journey.next_id]
    upcoming = {line.journey_id: line for line in lines_of(_activities(), first=first)}
    return {journey.pk: _card(journey, upcoming, today=today) for journey in found}


@prepared
def _standings() -> "QuerySet[Journey, Any]":
    own = Activity.objects.filter(journey=OuterRef("pk")).order_by()
    late = own.filter(needs_hand_on__lte=TODAY, closes_on__lt=TODAY)
    upcoming = own.open().exclude(kind=ActivityKind.RESTRICTION)
    stage = Stage.objects.filter(cycle__journey=OuterRef("pk"), code=OuterRef("standing"))
    infusions = Activity.objects.filter(
        cycle__journey=OuterRef("pk"), code=INFUSION, happened_on__isnull=False
    ).order_by("-cycle__number", "occurrence")
    return (
        Journey.objects.filter(pk__in=Param("journeys", BigIntegerField(), is_many=True))
        .annotate(
            live=FilteredRelation("holds", condition=Q(holds__until_on__isnull=True)),
            begun=Subquery(stage.filter(state=StageState.CURRENT).order_by().values("pk")[:1]),
            late=Subquery(late.values("pk")[:1]),
            infused_on=Subquery(infusions.values("happened_on")[:1]),
            next_id=Subquery(
                upcoming.order_by(F("chosen_on").asc(nulls_last=True), "pk").values("pk")[:1]
            ),
        )
        .values_list(
            "pk",
            "uid",
            "patient__uid",
            "patient__given_name",
            "patient__family_name",
            "protocol_version__protocol__product__name",
            "protocol_version__title",
            "coordinator__name",
            "started_on",
            "standing_since",
            "is_stuck",
            "live__from_on",
            "live__reason",
            "live__expected_on",
            "begun",
            "late",
            "infused_on",
            "next_id",
        )
    )


@prepared
def _activities() -> "QuerySet[Activity, Any]":
    first = Param("first", BigIntegerField(), is_many=True)
    return as_lines(Activity.objects.filter(pk__in=first))


def _card(journey: Standing, upcoming: Mapping[int, ActivityLine], *, today: date) -> Card:
    following = upcoming.get(journey.pk)
    following_on = following.chosen_on if following else None
    is_late = journey.late is not None
    return Card(
        uid=journey.patient_uid,
        journey_uid=journey.uid,
        name=f"{journey.given_name} {journey.family_name}",
        product=journey.product or journey.title,
        day=_day(journey, today=today),
        owner=journey.coordinator,
        next=_next(following, today=today) if following else None,
        is_stuck=journey.is_stuck,
        is_late=is_late,
        is_passed=bool(following_on and following_on < today and not is_late),
        hold_since=journey.hold_since,
        hold_reason=_reason(journey.hold_reason),
        hold_is_over=bool(journey.hold_until and journey.hold_until < today),
    )


def _next(line: ActivityLine, *, today: date) -> NextThing:
    return NextThing(
        title=line.title,
        mark=mark_of(line, line, today=today),
        on=line.chosen_on or line.target_on,
        is_booked=line.planned_at is not None,
    )


def _reason(code: str | None) -> str:
    return str(HOLD_REASON_LABELS[HoldReason(code)]) if code else ""


def _day(journey: Standing, *, today: date) -> str:
    """Say how far along: days from the infusion, otherwise days in the stage or before it."""
    if journey.infused_on:
        return dates.day_number((today - journey.infused_on).days)
    since = journey.standing_since or journey.started_on
    days = max(0, (today - since).days)
    return _days(days, get_language(), has_begun=journey.begun is not None)


@lru_cache(maxsize=1024)
def _days(count: int, _language: str | None, *, has_begun: bool) -> str:
    if has_begun:
        return ngettext("%(count)d day here", "%(count)d days here", count) % {"count": count}
    return ngettext("waits %(count)d day", "waits %(count)d days", count) % {"count": count}
