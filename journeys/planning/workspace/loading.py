"""Loading journeys whole: one, or many in a number of queries that hardly depends on theirs."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import F, Model, QuerySet

from carttrack.accounts.models import Centre, ClosedDay
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.protocol import LabelRules
from journeys.planning.models import Activity, Appointment, Cycle, Hold, Journey, Stage
from journeys.planning.workspace.space import Workspace, state_record
from journeys.planning.workspace.versions import label_rules, protocol_of

Row = TypeVar("Row", bound=Model)


def centre_today(centre: Centre, *, now: datetime) -> date:
    """Return which day it is at a centre."""
    return now.astimezone(ZoneInfo(centre.time_zone)).date()


def open_days_of(centre: Centre) -> OpenDays:
    """Return the centre's open days as they are stored now."""
    closed = ClosedDay.objects.filter(centre=centre).values_list("on", "name")
    return OpenDays(closed_weekdays=frozenset(centre.closed_weekdays), closed=dict(closed))


def load(
    journey_uid: uuid.UUID,
    *,
    for_update: bool,
    as_of: datetime | None = None,
    number: int | None = None,
) -> Workspace:
    """Load a journey's latest cycle, its row locked when it is about to be changed.

    With `as_of`, a UTC instant, it is the latest cycle that had begun by then; with `number` the
    cycle of that number. Either way the journey is seen as it followed that cycle's protocol.

    Raises:
        Journey.DoesNotExist: no such journey or cycle, or it had not begun.
    """
    journeys = Journey.objects.filter(uid=journey_uid)
    if for_update:
        # Alone: a statement with joins loses the row if whoever had it set another version.
        list(journeys.select_for_update().values_list("pk"))
    for space in load_all(journeys, as_of=as_of, number=number):
        return space
    raise Journey.DoesNotExist


def load_all(
    journeys: QuerySet[Journey], *, as_of: datetime | None = None, number: int | None = None
) -> list[Workspace]:
    """Load the latest cycle of many journeys, in a fixed number of queries and a few more.

    Label rules and closed days are read once for each product, region and centre among them.
    """
    people = ("patient", "centre", "protocol_version__protocol", "coordinator", "clinician")
    found = list(journeys.select_related(*people))
    cycles = _latest_cycles(found, as_of, number)
    if as_of or number:
        for journey in found:
            if journey.pk in cycles:
                journey.protocol_version = cycles[journey.pk].protocol_version
    stages = _grouped(Stage.objects.filter(cycle__in=cycles.values()), "cycle_id")
    activities = _grouped(
        Activity.objects.filter(cycle__in=cycles.values()).select_related("stage"), "cycle_id"
    )
    appointments = _grouped(
        Appointment.objects.filter(
            activity__cycle__in=cycles.values(), cancelled_at__isnull=True
        ).annotate(cycle_id=F("activity__cycle")),
        "cycle_id",
    )
    holds = _grouped(Hold.objects.filter(journey__in=found), "journey_id")
    rules = cache(label_rules)
    open_days = cache(open_days_of)
    return [
        _workspace(
            journey,
            cycle=(cycle := cycles[journey.pk]),
            rules=rules(journey.protocol_version, journey.region),
            open_days=open_days(journey.centre),
            stages=stages[cycle.pk],
            activities=activities[cycle.pk],
            appointments=appointments[cycle.pk],
            holds=holds[journey.pk],
        )
        for journey in found
        if journey.pk in cycles
    ]


def _latest_cycles(
    journeys: list[Journey], as_of: datetime | None, number: int | None
) -> dict[int, Cycle]:
    latest = (
        Cycle.objects.filter(journey__in=journeys)
        .select_related("protocol_version__protocol")
        .order_by("journey", "-number")
        .distinct("journey")
    )
    if as_of is not None:
        latest = latest.filter(revisions__made_at__lte=as_of)
    if number is not None:
        latest = latest.filter(number=number)
    return {cycle.journey_id: cycle for cycle in latest}


def _grouped(rows: Iterable[Row], key: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _workspace(
    journey: Journey,
    *,
    cycle: Cycle,
    rules: LabelRules,
    open_days: OpenDays,
    stages: list[Stage],
    activities: list[Activity],
    appointments: Sequence[Appointment],
    holds: list[Hold],
) -> Workspace:
    for activity in activities:
        activity.journey, activity.cycle = journey, cycle
    booked = {appointment.activity_id: appointment for appointment in appointments}
    return Workspace(
        journey=journey,
        cycle=cycle,
        protocol=protocol_of(journey.protocol_version),
        rules=rules,
        open_days=open_days,
        stages={stage.code: stage for stage in stages},
        activities={activity.point: activity for activity in activities},
        appointments=booked,
        holds=holds,
        loaded={
            activity.pk: state_record(activity, booked.get(activity.pk)) for activity in activities
        },
    )
