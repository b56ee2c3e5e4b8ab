"""What needs a hand: plans that do not fit, windows that closed or close, days that passed."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carttrack.prepared import TODAY, prepared
from carttrack.ui import dates
from journeys.planning.domain.attention import BOOKABLE, SOON_DAYS
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.reasons import PLAN_CONFLICTS
from journeys.planning.domain.states import ActivityState, HoldReason
from journeys.planning.models import Activity, Cycle, Hold, Journey
from journeys.planning.selectors.timeline import conflict_sentences
from journeys.planning.state_labels import HOLD_REASON_LABELS
from journeys.worklist.selectors.lines import (
    ActivityLine,
    as_lines,
    lines_of,
    protocol_of_version,
)
from journeys.worklist.selectors.scope import SHOWN, Scope, active_journeys, activities


class Way(StrEnum):
    """The one click that resolves an item."""

    BOOK = "book"
    RECORD = "record"
    REPLAN = "replan"
    RESUME = "resume"


# What a list says of a journey, in the order of the fields of `Stuck` and `Held`.
OF_JOURNEY = (
    "uid",
    "patient__uid",
    "patient__given_name",
    "patient__family_name",
    "coordinator__name",
)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A journey whose plan does not fit."""

    journey_uid: uuid.UUID
    patient_uid: uuid.UUID
    given_name: str
    family_name: str
    coordinator: str
    version_id: int
    conflicts: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Held:
    """A journey that stands still longer than somebody meant it to."""

    journey_uid: uuid.UUID
    patient_uid: uuid.UUID
    given_name: str
    family_name: str
    coordinator: str
    reason: str
    expected_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionRow:
    """One journey that needs a hand, why, and the way out.

    `mark` is blocked, on_hold, overdue or at_risk.
    """

    mark: str
    patient_uid: uuid.UUID
    name: str
    journey_uid: uuid.UUID
    activity_uid: uuid.UUID | None
    sentence: str
    way: Way
    owner: str

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


def attention(scope: Scope) -> Attention:
    """Return what needs a hand, in three queries whatever the size of the centre.

    Each journey stands once per reason: ten unrecorded checks of one patient are one item.
    """
    stuck = _stuck(only_own=scope.only_own).rows(**scope.values)
    held = _held_too_long(only_own=scope.only_own).rows(**scope.values)
    late = lines_of(_first_of_each_journey(only_own=scope.only_own), **scope.values)
    late.sort(key=lambda line: not _is_closed(line, scope))
    found = len(stuck) + len(held) + len(late)
    rows = chain(
        (_conflict(Stuck(*row)) for row in stuck),
        (_hold(Held(*row), scope) for row in held),
        (_item(line, scope) for line in late),
    )
    return Attention(
        rows=tuple(islice(rows, scope.shown)),
        count=f"{SHOWN}+" if found > SHOWN else str(found),
        is_cut=found > scope.shown,
    )


@prepared
def _first_of_each_journey(*, only_own: bool) -> "QuerySet[Activity, Any]":
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
    return as_lines(found[: SHOWN + 1], "siblings")


@prepared
def _stuck(*, only_own: bool) -> "QuerySet[Journey, Any]":
    """Ask for plans that do not fit; a window that only passed shows as overdue already."""
    latest = Cycle.objects.filter(journey=OuterRef("pk")).order_by("-number")
    return (
        active_journeys(only_own=only_own)
        .filter(is_stuck=True)
        .annotate(conflicts=Subquery(latest.values("conflicts")[:1]))
        .order_by("pk")
        .values_list(*OF_JOURNEY, "protocol_version_id", "conflicts")[: SHOWN + 1]
    )


@prepared
def _held_too_long(*, only_own: bool) -> "QuerySet[Hold, Any]":
    """Ask for holds that somebody meant to resume from by now."""
    of_journey = (f"journey__{column}" for column in OF_JOURNEY)
    return (
        Hold.objects.live()
        .filter(expected_on__lt=TODAY, journey__in=active_journeys(only_own=only_own))
        .order_by("expected_on", "pk")
        .values_list(*of_journey, "reason", "expected_on")[: SHOWN + 1]
    )


def _hold(hold: Held, scope: Scope) -> AttentionRow:
    expected = hold.expected_on or scope.today
    return AttentionRow(
        mark="on_hold",
        patient_uid=hold.patient_uid,
        name=f"{hold.given_name} {hold.family_name}",
        journey_uid=hold.journey_uid,
        activity_uid=None,
        sentence=_("%(reason)s: was to resume on %(day)s, %(ago)s")
        % {
            "reason": HOLD_REASON_LABELS[HoldReason(hold.reason)],
            "day": dates.staff_day(expected, today=scope.today),
            "ago": dates.relative_day(expected, today=scope.today),
        },
        way=Way.RESUME,
        owner=hold.coordinator,
    )


def _is_closed(line: ActivityLine, scope: Scope) -> bool:
    """Tell whether the window is over; what is stands before what is not."""
    return line.closes_on is not None and line.closes_on < scope.today


def _item(line: ActivityLine, scope: Scope) -> AttentionRow:
    """Say what is wrong with the earliest of a journey: over, closing unbooked, or just passed."""
    closes = line.closes_on or scope.today
    is_unbooked = line.state == ActivityState.PLANNED and line.kind in BOOKABLE
    if _is_closed(line, scope):
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


def _conflict(journey: Stuck) -> AttentionRow:
    unfit = [record for record in journey.conflicts if record["kind"] in PLAN_CONFLICTS][:1]
    return AttentionRow(
        mark="blocked",
        patient_uid=journey.patient_uid,
        name=f"{journey.given_name} {journey.family_name}",
        journey_uid=journey.journey_uid,
        activity_uid=None,
        sentence=conflict_sentences(unfit, protocol_of_version(journey.version_id))[0],
        way=Way.REPLAN,
        owner=journey.coordinator,
    )


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
