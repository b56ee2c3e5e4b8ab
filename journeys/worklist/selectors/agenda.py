"""What stands in the plan for today and the days after it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import F, QuerySet

from journeys.planning.models import Activity
from journeys.planning.selectors.timeline import mark_of, title_of
from journeys.planning.workspace import definition_of
from journeys.worklist.selectors.scope import SHOWN, Scope, capped_count, with_people

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
    """One day with what is planned on it."""

    on: date
    rows: tuple[AgendaRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Today by the hour and the six days after it; counters are capped."""

    today: tuple[AgendaRow, ...]
    today_count: str
    days: tuple[AgendaDay, ...]
    week_count: str
    has_more: bool


def agenda(scope: Scope) -> Agenda:
    """Return today and this week, in four queries whatever the size of the centre."""
    last = scope.today + timedelta(days=WEEK_DAYS - 1)
    today = scope.activities().filter(chosen_on=scope.today)
    coming = scope.activities().filter(chosen_on__gt=scope.today, chosen_on__lte=last)
    today_rows = _rows(today, scope)
    coming_rows = _rows(coming, scope)
    return Agenda(
        today=today_rows[:SHOWN],
        today_count=capped_count(today),
        days=tuple(_by_day(coming_rows[:SHOWN])),
        week_count=capped_count(coming),
        has_more=len(coming_rows) > SHOWN or len(today_rows) > SHOWN,
    )


def _rows(activities: QuerySet[Activity], scope: Scope) -> tuple[AgendaRow, ...]:
    """Return the rows by day and hour, what has no hour yet last."""
    ordered = with_people(activities).order_by(
        "chosen_on", F("planned_at").asc(nulls_last=True), "id"
    )
    return tuple(_row(activity, scope) for activity in ordered[: SHOWN + 1])


def _row(activity: Activity, scope: Scope) -> AgendaRow:
    definition = definition_of(activity)
    patient = activity.journey.patient
    return AgendaRow(
        activity_uid=activity.uid,
        journey_uid=activity.journey.uid,
        patient_uid=patient.uid,
        name=patient.full_name,
        title=title_of(activity),
        mark=mark_of(activity, definition, today=scope.today),
        on=activity.chosen_on or scope.today,
        starts_at=activity.planned_at,
        kind=activity.kind,
    )


def _by_day(rows: Iterable[AgendaRow]) -> Iterable[AgendaDay]:
    for on, found in groupby(rows, key=lambda row: row.on):
        yield AgendaDay(on=on, rows=tuple(found))
