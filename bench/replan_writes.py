"""The writes that bench.replan times, in a process that has the site; prints JSON."""

import json
import os
import sys
import time
from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carttrack.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - needs Django set up, like the rest
from django.utils import timezone  # noqa: E402

from journeys.planning.domain.plan import Plan, PlannedActivity  # noqa: E402
from journeys.planning.domain.records import step_record  # noqa: E402
from journeys.planning.domain.states import OPEN_STATES, ActivityState, RevisionKind  # noqa: E402
from journeys.planning.models import Activity, Journey  # noqa: E402
from journeys.planning.services import writing  # noqa: E402
from journeys.planning.workspace import Workspace, compute, facts, lines, load  # noqa: E402

OPEN = 60
WARM_UP = 10
FIRST_EXTRA = 100


def main(rounds: int) -> None:
    """Write in turn, and print every time in milliseconds by what was written."""
    journey = crowded()
    today = timezone.now().date()
    times: dict[str, list[float]] = {"floor": [], "rows": [], "revision": []}
    for turn in range(WARM_UP + rounds):
        for name, prepare in WRITES.items():
            space = load(journey.uid, for_update=False)
            plan = moved(space, days=1 if turn % 2 else -1, today=today)
            write = prepare(space, plan, today)
            started = time.perf_counter()
            with transaction.atomic():
                write()
            took = (time.perf_counter() - started) * 1000
            if turn >= WARM_UP:
                times[name].append(took)
    sys.stdout.write(json.dumps(times))


def crowded() -> Journey:
    """Return a journey with sixty open activities, made from one that was infused."""
    journey = (
        Journey.objects.active()
        .filter(activities__code="infusion", activities__happened_on__isnull=False)[:1]
        .get()
    )
    model = journey.activities.filter(code="daily_check").order_by("pk")[:1].get()
    rows = []
    for turn in range(OPEN - journey.activities.open().count()):
        row = copy(model)
        row.pk, row.uid, row.occurrence = None, uuid4(), FIRST_EXTRA + turn
        row.state, row.happened_on, row.happened_at = ActivityState.PLANNED, None, None
        day = timezone.now().date() + timedelta(days=30 + turn)
        row.target_on = row.opens_on = row.closes_on = row.chosen_on = day
        rows.append(row)
    Activity.objects.bulk_create(rows)
    return journey


def moved(space: Workspace, *, days: int, today: date) -> Plan:
    """Return the stored plan with every open activity moved by some days."""
    plan = compute(space, facts(space), today=today)
    known = {item.point: item for item in plan.activities}
    shift = timedelta(days=days)
    return Plan(
        activities=tuple(
            _shifted(activity, known.get(activity.point), shift if activity.is_open else None)
            for activity in space.activities.values()
        ),
        stages=plan.stages,
        conflicts=(),
    )


def _shifted(
    activity: Activity, item: PlannedActivity | None, shift: timedelta | None
) -> PlannedActivity:
    def day(on: date | None) -> date | None:
        return on + shift if on and shift else on

    return PlannedActivity(
        code=activity.code,
        stage=activity.stage.code,
        occurrence=activity.occurrence,
        point=activity.point,
        target=day(activity.target_on),
        opens=day(activity.opens_on),
        closes=day(activity.closes_on),
        chosen=day(activity.chosen_on),
        fact=None,
        why=item.why if item else (),
    )


def floor(space: Workspace, plan: Plan, _today: date) -> Callable[[], object]:
    """Prepare the one statement, its values ready."""
    items = {item.point: item for item in plan.activities}
    moved = [
        (activity, items[point]) for point, activity in space.activities.items() if activity.is_open
    ]
    arguments: Any = [
        space.journey.plan_version,
        [activity.pk for activity, _ in moved],
        [item.target for _, item in moved],
        [item.opens for _, item in moved],
        [item.closes for _, item in moved],
        [item.chosen for _, item in moved],
        [json.dumps([step_record(step) for step in item.why]) for _, item in moved],
        list(OPEN_STATES),
    ]
    cursor = connection.cursor()
    return lambda: cursor.execute(writing.MOVE_OPEN_ACTIVITIES, arguments)


def rows(space: Workspace, plan: Plan, _today: date) -> Callable[[], object]:
    """Prepare what the service does to write the rows, from the plan to the database."""
    found = lines(space, plan)
    return lambda: writing._move(space, found, set(space.activities))  # noqa: SLF001 - the part


def revision(space: Workspace, plan: Plan, today: date) -> Callable[[], object]:
    """Prepare the whole of a revision."""
    now = timezone.now()
    return lambda: writing.write_plan(
        space, plan, kind=RevisionKind.MOVED, by=space.journey.coordinator, now=now, today=today
    )


WRITES = {"floor": floor, "rows": rows, "revision": revision}

if __name__ == "__main__":
    main(int(sys.argv[1]))
