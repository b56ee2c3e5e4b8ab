"""What needs a hand: plans that do not fit, windows that closed or close, days that passed."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carttrack.prepared import TODAY, Asked, Rows, prepared
from carttrack.ui import dates
from journeys.planning.domain.attention import BOOKABLE, SOON_DAYS
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity
from journeys.worklist.selectors.lines import COLUMNS, OWNER, SIBLINGS, ActivityLine, as_lines
from journeys.worklist.selectors.scope import Scope, activities
from journeys.worklist.selectors.standstill import Standstill
from journeys.worklist.selectors.unconfirmed import Unconfirmed, unconfirmed_from

CLOSES_ON = COLUMNS.index("closes_on")


class Way(StrEnum):
    """The one click that resolves an item."""

    BOOK = "book"
    CALL = "call"
    RECORD = "record"
    REPLAN = "replan"
    RESUME = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionRow:
    """One journey that needs a hand, why, and the way out.

    `mark` is blocked, on_hold, overdue or at_risk. One with an `appointment_uid` is also settled by
    a call in which the patient confirms.
    """

    mark: str
    patient_uid: uuid.UUID
    name: str
    journey_uid: uuid.UUID
    activity_uid: uuid.UUID | None
    sentence: str
    way: Way
    owner: str
    appointment_uid: uuid.UUID | None = None

    @property
    def uid(self) -> uuid.UUID:
        """Return the patient's uid, for the read log."""
        return self.patient_uid


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """The items, worst first; `is_cut` when there are more than are shown."""

    rows: tuple[AttentionRow, ...]
    count: str
    is_cut: bool


def asked_for_late(scope: Scope) -> Asked:
    """Return the question what has needed a hand longest."""
    query = _first_of_each_journey(only_own=scope.only_own, number=scope.counted + 1)
    return query.asked(**scope.values)


def attention(scope: Scope, *, still: Rows, late: Rows, unsettled: Rows) -> Attention:
    """Return what needs a hand: what stands still, what is not confirmed, and what is late.

    Each journey stands once per reason: ten unrecorded checks of one patient are one item.
    """
    late = sorted(late, key=lambda row: not _is_closed(row[CLOSES_ON], scope))
    found = len(still) + len(late) + len(unsettled)
    rows = chain(
        (_standstill(Standstill(*row), scope) for row in still),
        (_unsettled(booked, scope) for booked in unconfirmed_from(unsettled)),
        (_item(ActivityLine(*row), scope) for row in late),
    )
    return Attention(
        rows=tuple(islice(rows, scope.shown)),
        count=scope.capped(found),
        is_cut=found > scope.shown,
    )


@prepared
def _first_of_each_journey(*, only_own: bool, number: int) -> "QuerySet[Activity, Any]":
    """Ask for what has needed a hand longest, of each journey the first with the number of others.

    Whether a row is its journey's first is asked of each row in the order of the list, so that
    reading stops where the page ends; as a case, since PostgreSQL takes an equation for so rare
    that it reads and sorts everything.
    """
    of_journey = Activity.objects.filter(
        journey=OuterRef("journey"), needs_hand_on__isnull=False
    ).order_by("needs_hand_on", "pk")
    due = of_journey.filter(needs_hand_on__lte=TODAY)
    found = (
        activities(only_own=only_own)
        .filter(
            Case(When(pk=Subquery(of_journey.values("pk")[:1]), then=True), default=False),
            needs_hand_on__isnull=False,
            needs_hand_on__lte=TODAY,
        )
        .annotate(
            siblings=Subquery(due.order_by().values("journey").annotate(n=Count("pk")).values("n"))
        )
        .order_by("needs_hand_on", "pk")
    )
    return as_lines(found[:number], OWNER, SIBLINGS)


def _standstill(journey: Standstill, scope: Scope) -> AttentionRow:
    """Say why a journey cannot go on."""
    return AttentionRow(
        mark="on_hold" if journey.is_held else "blocked",
        patient_uid=journey.patient_uid,
        name=journey.name,
        journey_uid=journey.journey_uid,
        activity_uid=None,
        sentence=journey.sentence(today=scope.today),
        way=Way.RESUME if journey.is_held else Way.REPLAN,
        owner=journey.coordinator,
    )


def _unsettled(booked: Unconfirmed, scope: Scope) -> AttentionRow:
    """Say which booked time nobody confirmed, or why another one is asked for."""
    sentence = booked.sentence(today=scope.today, zone=ZoneInfo(scope.centre.time_zone))
    row = _row(booked.line, "at_risk", sentence, Way.BOOK if booked.reason else Way.CALL)
    return replace(row, appointment_uid=booked.appointment_uid)


def _is_closed(closes_on: date | None, scope: Scope) -> bool:
    """Tell whether the window is over; what is stands before what is not."""
    return closes_on is not None and closes_on < scope.today


def _item(line: ActivityLine, scope: Scope) -> AttentionRow:
    """Say what is wrong with the earliest of a journey: over, closing unbooked, or just passed."""
    closes = line.closes_on or scope.today
    is_unbooked = line.state == ActivityState.PLANNED and line.kind in BOOKABLE
    if _is_closed(line.closes_on, scope):
        way = Way.BOOK if is_unbooked and line.kind == ActivityKind.VISIT else Way.RECORD
        return _row(line, "overdue", _closed(line, closes, scope), way)
    if is_unbooked and closes <= scope.today + timedelta(days=SOON_DAYS):
        return _row(line, "at_risk", _closing(line, closes, scope), Way.BOOK)
    return _row(line, "at_risk", _passed(line, scope), Way.RECORD)


def _closed(line: ActivityLine, closes: date, scope: Scope) -> str:
    return _("%(title)s: its window closed on %(day)s, %(ago)s") % {
        "title": line.title,
        "day": dates.staff_day(closes, today=scope.today),
        "ago": dates.relative_day(closes, today=scope.today),
    }


def _closing(line: ActivityLine, closes: date, scope: Scope) -> str:
    return _("%(title)s: window closes %(when)s, nothing booked") % {
        "title": line.title,
        "when": dates.relative_day(closes, today=scope.today),
    }


def _passed(line: ActivityLine, scope: Scope) -> str:
    day = line.chosen_on or scope.today
    names = {
        "title": line.title,
        "day": dates.staff_day(day, today=scope.today),
        "ago": dates.relative_day(day, today=scope.today),
    }
    if line.state == ActivityState.BOOKED:
        return _("%(title)s: booked for %(day)s, %(ago)s, and nothing is recorded") % names
    return _("%(title)s: planned for %(day)s, %(ago)s, and nothing is recorded") % names


def _more(line: ActivityLine) -> str:
    others = line.siblings - 1
    if not others:
        return ""
    return ngettext("; and %(count)d more", "; and %(count)d more", others) % {"count": others}


def _row(line: ActivityLine, mark: str, sentence: str, way: Way) -> AttentionRow:
    return AttentionRow(
        mark=mark,
        patient_uid=line.patient_uid,
        name=line.name,
        journey_uid=line.journey_uid,
        activity_uid=line.uid,
        sentence=sentence + _more(line),
        way=way,
        owner=line.coordinator,
    )
