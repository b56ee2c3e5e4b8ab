"""What needs a hand: plans that do not fit, windows that closed or close, days that passed."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carttrack.ui import dates
from journeys.planning.domain.attention import BOOKABLE, SOON_DAYS
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.reasons import PLAN_CONFLICTS
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity, Cycle, Hold, Journey
from journeys.planning.selectors.timeline import conflict_sentences
from journeys.planning.workspace import protocol_of
from journeys.worklist.selectors.lines import ActivityLine, lines_of
from journeys.worklist.selectors.scope import SHOWN, Scope


class Way(StrEnum):
    """The one click that resolves an item."""

    BOOK = "book"
    RECORD = "record"
    REPLAN = "replan"
    RESUME = "resume"


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
    """The items, worst first; `has_more` when the list was cut."""

    rows: tuple[AttentionRow, ...]
    has_more: bool

    @property
    def count(self) -> str:
        """Return how many there are, as a counter says it."""
        return f"{SHOWN}+" if self.has_more else str(len(self.rows))


def attention(scope: Scope) -> Attention:
    """Return what needs a hand, in three queries whatever the size of the centre.

    Each journey stands once per reason: ten unrecorded checks of one patient are one item.
    """
    late = _first_of_each_journey(scope)
    stuck = list(_stuck(scope)[: SHOWN + 1])
    held = list(_held_too_long(scope)[: SHOWN + 1])
    rows = [
        *(_conflict(journey) for journey in stuck),
        *(_hold(hold, scope) for hold in held),
        *sorted((_item(line, scope) for line in late), key=lambda row: row.mark != "overdue"),
    ]
    has_more = len(late) > SHOWN or len(rows) > SHOWN
    return Attention(rows=tuple(rows[:SHOWN]), has_more=has_more)


def _first_of_each_journey(scope: Scope) -> list[ActivityLine]:
    """Return what has needed a hand longest, of each journey the first with the number of others.

    Whether a row is its journey's first is asked of each row in the order of the list, so that
    reading stops where the page ends; as a case, since PostgreSQL takes an equation for so rare
    that it reads and sorts everything.
    """
    of_journey = Activity.objects.filter(
        journey=OuterRef("journey"), needs_hand_on__isnull=False
    ).order_by("needs_hand_on", "pk")
    due = of_journey.filter(needs_hand_on__lte=scope.today)
    found = (
        scope.activities()
        .filter(
            Case(When(pk=Subquery(of_journey.values("pk")[:1]), then=True), default=False),
            needs_hand_on__isnull=False,
            needs_hand_on__lte=scope.today,
        )
        .annotate(
            siblings=Subquery(due.order_by().values("journey").annotate(n=Count("pk")).values("n"))
        )
        .order_by("needs_hand_on", "pk")
    )
    return lines_of(found[: SHOWN + 1], "siblings")


def _stuck(scope: Scope) -> QuerySet[Journey]:
    """Keep plans that do not fit; a window that only passed shows as overdue already."""
    latest = Cycle.objects.filter(journey=OuterRef("pk")).order_by("-number")
    return (
        scope.journeys()
        .filter(is_stuck=True)
        .select_related("patient", "protocol_version", "coordinator")
        .defer("protocol_version__document")
        .annotate(conflicts=Subquery(latest.values("conflicts")[:1]))
        .order_by("pk")
    )


def _held_too_long(scope: Scope) -> QuerySet[Hold]:
    """Keep holds that somebody meant to resume from by now."""
    return (
        Hold.objects.live()
        .filter(expected_on__lt=scope.today, journey__in=scope.journeys())
        .select_related("journey__patient", "journey__coordinator")
        .order_by("expected_on", "pk")
    )


def _hold(hold: Hold, scope: Scope) -> AttentionRow:
    journey = hold.journey
    expected = hold.expected_on or scope.today
    return AttentionRow(
        mark="on_hold",
        patient_uid=journey.patient.uid,
        name=journey.patient.full_name,
        journey_uid=journey.uid,
        activity_uid=None,
        sentence=_("%(reason)s: was to resume on %(day)s, %(ago)s")
        % {
            "reason": hold.get_reason_display(),
            "day": dates.staff_day(expected, today=scope.today),
            "ago": dates.relative_day(expected, today=scope.today),
        },
        way=Way.RESUME,
        owner=journey.coordinator.name,
    )


def _item(line: ActivityLine, scope: Scope) -> AttentionRow:
    """Say what is wrong with the earliest of a journey: over, closing unbooked, or just passed."""
    closes = line.closes_on or scope.today
    is_unbooked = line.state == ActivityState.PLANNED and line.kind in BOOKABLE
    if closes < scope.today:
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


def _conflict(journey: Journey) -> AttentionRow:
    records: list[dict[str, object]] = getattr(journey, "conflicts", [])
    unfit = [record for record in records if record["kind"] in PLAN_CONFLICTS][:1]
    return AttentionRow(
        mark="blocked",
        patient_uid=journey.patient.uid,
        name=journey.patient.full_name,
        journey_uid=journey.uid,
        activity_uid=None,
        sentence=conflict_sentences(unfit, protocol_of(journey.protocol_version))[0],
        way=Way.REPLAN,
        owner=journey.coordinator.name,
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
