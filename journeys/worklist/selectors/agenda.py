"""What stands in the plan for today and the days after it."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import F, QuerySet

from carttrack.prepared import TODAY, Asked, Rows, prepared
from journeys.planning.models import Activity
from journeys.planning.selectors.marks import mark_of
from journeys.worklist.selectors.lines import ActivityLine, as_lines
from journeys.worklist.selectors.scope import Scope, open_activities

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """One activity of one patient; `starts_at` when it is booked."""

    activity_uid: uuid.UUID
    journey_uid: uuid.UUID
    patient_uid: uuid.UUID
    name: str
    title: str
    mark: str
    on: date
    starts_at: datetime | None
    kind: str

    @property
    def uid(self) -> uuid.UUID:
        """Return the patient's uid, for the read log."""
        return self.patient_uid


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaDay:
    """One day with what is planned on it; `count` also counts what the list cuts off."""

    on: date
    rows: tuple[AgendaRow, ...]
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Today by the hour and the six days after it; counters are capped."""

    today: tuple[AgendaRow, ...]
    today_count: str
    today_is_cut: bool
    days: tuple[AgendaDay, ...]
    week_count: str
    week_is_cut: bool


def asked_for_agenda(scope: Scope) -> Asked:
    """Return the question for today and this week."""
    query = _open(only_own=scope.only_own, today=scope.today, number=scope.counted + 1)
    return query.asked(**scope.values)


def agenda(scope: Scope, *, open_: Rows) -> Agenda:
    """Return today and this week, from the answer of `asked_for_agenda`."""
    found = [ActivityLine(*row) for row in open_]
    today = [line for line in found if line.chosen_on == scope.today]
    coming = found[len(today) :]
    return Agenda(
        today=tuple(_row(line, scope) for line in today[: scope.shown]),
        today_count=scope.capped(len(today)),
        today_is_cut=len(today) > scope.shown,
        days=tuple(_by_day(coming, scope)),
        week_count=scope.capped(len(coming)),
        week_is_cut=len(coming) > scope.shown,
    )


@prepared
def _open(*, only_own: bool, today: date, number: int) -> "QuerySet[Activity, Any]":
    """Ask for what is open today and on the six days after it, at most a `number` of each.

    The six days stand in the statement themselves: from a place for a value PostgreSQL cannot
    tell how much a week holds, and would read and sort it all. So it is prepared once a day.
    """
    found = open_activities(only_own=only_own)
    week = today + timedelta(days=1), today + timedelta(days=WEEK_DAYS - 1)
    now, then = (
        as_lines(_by_hour(part)[:number])
        for part in (found.filter(chosen_on=TODAY), found.filter(chosen_on__range=week))
    )
    return _by_hour(now.union(then, all=True))


def _by_hour(found: "QuerySet[Activity, Any]") -> "QuerySet[Activity, Any]":
    """Order by day and hour; what has no hour yet stands last."""
    return found.order_by("chosen_on", F("planned_at").asc(nulls_last=True), "pk")


def _row(line: ActivityLine, scope: Scope) -> AgendaRow:
    return AgendaRow(
        activity_uid=line.uid,
        journey_uid=line.journey_uid,
        patient_uid=line.patient_uid,
        name=line.name,
        title=line.title,
        mark=mark_of(line, line, today=scope.today),
        on=line.chosen_on or scope.today,
        starts_at=line.planned_at,
        kind=line.kind,
    )


def _by_day(coming: Sequence[ActivityLine], scope: Scope) -> Iterator[AgendaDay]:
    """Show the first rows by day; only the last day that was read may have more than it counts."""
    rows = (_row(line, scope) for line in coming[: scope.shown])
    counts = Counter(line.chosen_on for line in coming[: scope.counted])
    is_open = len(coming) > scope.counted
    for on, found in groupby(rows, key=lambda row: row.on):
        more = "+" if is_open and on == coming[-1].chosen_on else ""
        yield AgendaDay(on=on, rows=tuple(found), count=f"{counts[on]}{more}")
