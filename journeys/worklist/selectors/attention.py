"""What needs a hand: plans that do not fit, windows that closed or close, days that passed."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carttrack.ui import dates
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.reasons import ConflictKind
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity, Cycle
from journeys.planning.selectors.timeline import BOOKABLE, SOON_DAYS, conflict_sentences, title_of
from journeys.planning.workspace import protocol_of
from journeys.worklist.selectors.scope import SHOWN, Scope, with_people

# What no recording can settle: somebody has to move a date.
PLAN_CONFLICTS = (ConflictKind.CONTRADICTION, ConflictKind.NO_OPEN_DAY)


class Way(StrEnum):
    """The one click that resolves an item."""

    BOOK = "book"
    RECORD = "record"
    REPLAN = "replan"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionRow:
    """One journey that needs a hand, why, and the way out.

    `mark` is blocked, overdue or at_risk.
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
    """The items, worst first; `has_more` when the list was cut."""

    rows: tuple[AttentionRow, ...]
    has_more: bool

    @property
    def count(self) -> str:
        """Return how many there are, as a counter says it."""
        return f"{SHOWN}+" if self.has_more else str(len(self.rows))


def attention(scope: Scope) -> Attention:
    """Return what needs a hand, in two queries whatever the size of the centre.

    Each journey stands once per reason: ten unrecorded checks of one patient are one item.
    """
    late = list(_first_of_each_journey(_late(scope)))
    stuck = list(_stuck(scope)[: SHOWN + 1])
    rows = [
        *_conflicts(stuck),
        *sorted((_item(row, scope) for row in late), key=lambda row: row.mark != "overdue"),
    ]
    has_more = len(late) > SHOWN or len(stuck) > SHOWN or len(rows) > SHOWN
    return Attention(rows=tuple(rows[:SHOWN]), has_more=has_more)


def _late(scope: Scope) -> QuerySet[Activity]:
    """Keep windows that closed, days that passed, and unbooked ones that close within a week."""
    booked_ahead = Q(state=ActivityState.BOOKED, chosen_on__gte=scope.today)
    closing = Q(
        closes_on__lte=scope.today + timedelta(days=SOON_DAYS),
        state=ActivityState.PLANNED,
        kind__in=BOOKABLE,
    )
    return scope.activities().filter(
        (Q(closes_on__lt=scope.today) & ~booked_ahead) | Q(chosen_on__lt=scope.today) | closing
    )


def _first_of_each_journey(late: QuerySet[Activity]) -> QuerySet[Activity]:
    """Keep the earliest per journey, with how many more there are behind it."""
    ranked = late.annotate(
        place=Window(RowNumber(), partition_by=F("journey"), order_by=[F("closes_on"), F("id")]),
        siblings=Window(Count("id"), partition_by=F("journey")),
    )
    return with_people(ranked.filter(place=1)).order_by("closes_on", "id")[: SHOWN + 1]


def _stuck(scope: Scope) -> QuerySet[Cycle]:
    """Keep plans that do not fit; a window that only passed shows as overdue already."""
    kinds = [Q(conflicts__contains=[{"kind": kind.value}]) for kind in PLAN_CONFLICTS]
    return (
        Cycle.objects.filter(reduce(or_, kinds), journey__in=scope.journeys())
        .exclude(conflicts=[])
        .select_related("journey__patient", "journey__protocol_version", "journey__coordinator")
        .defer("journey__protocol_version__document")
        .order_by("id")
    )


def _item(activity: Activity, scope: Scope) -> AttentionRow:
    """Say what is wrong with the earliest of a journey: over, closing unbooked, or just passed."""
    closes = activity.closes_on or scope.today
    is_unbooked = activity.state == ActivityState.PLANNED and activity.kind in BOOKABLE
    if closes < scope.today:
        way = Way.BOOK if is_unbooked and activity.kind == ActivityKind.VISIT else Way.RECORD
        return _row(activity, "overdue", _closed(activity, closes, scope), way)
    if is_unbooked and closes <= scope.today + timedelta(days=SOON_DAYS):
        return _row(activity, "at_risk", _closing(activity, closes, scope), Way.BOOK)
    return _row(activity, "at_risk", _passed(activity, scope), Way.RECORD)


def _closed(activity: Activity, closes: date, scope: Scope) -> str:
    return _("%(title)s: its window closed on %(day)s, %(ago)s") % {
        "title": title_of(activity),
        "day": dates.staff_day(closes, today=scope.today),
        "ago": dates.relative_day(closes, today=scope.today),
    }


def _closing(activity: Activity, closes: date, scope: Scope) -> str:
    return _("%(title)s: window closes %(when)s, nothing booked") % {
        "title": title_of(activity),
        "when": dates.relative_day(closes, today=scope.today),
    }


def _passed(activity: Activity, scope: Scope) -> str:
    day = activity.chosen_on or scope.today
    names = {
        "title": title_of(activity),
        "day": dates.staff_day(day, today=scope.today),
        "ago": dates.relative_day(day, today=scope.today),
    }
    if activity.state == ActivityState.BOOKED:
        return _("%(title)s: booked for %(day)s, %(ago)s, and nothing is recorded") % names
    return _("%(title)s: planned for %(day)s, %(ago)s, and nothing is recorded") % names


def _more(activity: Activity) -> str:
    others = int(getattr(activity, "siblings", 1)) - 1
    if not others:
        return ""
    return ngettext("; and %(count)d more", "; and %(count)d more", others) % {"count": others}


def _conflicts(cycles: list[Cycle]) -> Iterator[AttentionRow]:
    for cycle in cycles:
        journey = cycle.journey
        unfit = [record for record in cycle.conflicts if record["kind"] in PLAN_CONFLICTS]
        sentences = conflict_sentences(unfit, protocol_of(journey.protocol_version))
        yield AttentionRow(
            mark="blocked",
            patient_uid=journey.patient.uid,
            name=journey.patient.full_name,
            journey_uid=journey.uid,
            activity_uid=None,
            sentence=sentences[0],
            way=Way.REPLAN,
            owner=journey.coordinator.name,
        )


def _row(activity: Activity, mark: str, sentence: str, way: Way) -> AttentionRow:
    journey = activity.journey
    return AttentionRow(
        mark=mark,
        patient_uid=journey.patient.uid,
        name=journey.patient.full_name,
        journey_uid=journey.uid,
        activity_uid=activity.uid,
        sentence=sentence + _more(activity),
        way=way,
        owner=journey.coordinator.name,
    )
