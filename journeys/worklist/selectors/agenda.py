"""What stands in the plan for today and the days after it."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import F, QuerySet

from carttrack.prepared import TODAY, prepared
from journeys.planning.models import Activity
from journeys.planning.selectors.timeline import mark_of
from journeys.worklist.selectors.lines import ActivityLine, as_lines, lines_of
from journeys.worklist.selectors.scope import COUNTED, Scope, capped, open_activities

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


def agenda(scope: Scope) -> Agenda:
    """Return today and this week, in two queries whatever the size of the centre."""
    asked = {"only_own": scope.only_own, "today": scope.today}
    lines = lines_of(_shown(**asked, number=scope.shown), **scope.values)
    rows = tuple(_row(line, scope) for line in lines)
    today = tuple(row for row in rows if row.on == scope.today)
    coming = rows[len(today) :]
    days = Counter(on for (on,) in _counted(**asked).rows(**scope.values))
    found_today = days.pop(scope.today, 0)
    found_coming = days.total()
    return Agenda(
        today=today,
        today_count=capped(found_today),
        today_is_cut=found_today > len(today),
        days=tuple(_by_day(coming, days)),
        week_count=capped(found_coming),
        week_is_cut=found_coming > len(coming),
    )


@prepared
def _shown(*, only_own: bool, today: date, number: int) -> "QuerySet[Activity, Any]":
    """Ask for the first rows of today and of the days after it."""
    now, then = _parts(only_own=only_own, today=today)
    return _by_hour(as_lines(now[:number]).union(as_lines(then[:number]), all=True))


@prepared
def _counted(*, only_own: bool, today: date) -> "QuerySet[Activity, Any]":
    """Ask for the days of as many rows as the counters count, and of one more."""
    parts = _parts(only_own=only_own, today=today)
    now, then = (part.values_list("chosen_on")[: COUNTED + 1] for part in parts)
    return now.union(then, all=True)


def _parts(*, only_own: bool, today: date) -> tuple[QuerySet[Activity], QuerySet[Activity]]:
    """Return what is open today and on the six days after it, each by day and hour.

    The six days stand in the statement themselves: from a place for a value PostgreSQL cannot
    tell how much a week holds, and would read and sort it all. So it is prepared once a day.
    """
    found = open_activities(only_own=only_own)
    tomorrow, last = today + timedelta(days=1), today + timedelta(days=WEEK_DAYS - 1)
    return (
        _by_hour(found.filter(chosen_on=TODAY)),
        _by_hour(found.filter(chosen_on__range=(tomorrow, last))),
    )


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


def _by_day(coming: Sequence[AgendaRow], found: Counter[date]) -> Iterator[AgendaDay]:
    """Show the first rows by day; only the last day that was read may have more than it counts."""
    counts, last = Counter(found), max(found, default=None)
    is_open = counts.total() > COUNTED
    if last and is_open:
        counts[last] -= 1
    for on, rows in groupby(coming, key=lambda row: row.on):
        more = "+" if is_open and on == last else ""
        yield AgendaDay(on=on, rows=tuple(rows), count=f"{counts[on]}{more}")
