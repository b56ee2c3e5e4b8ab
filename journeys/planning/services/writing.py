"""Writing a computed plan: revision, changes, activities, stages and reminders at once."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from carttrack.accounts.models import User
from journeys.planning.domain.plan import Plan, PlannedActivity
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.reasons import Conflict
from journeys.planning.domain.records import Record, conflict_record, step_record
from journeys.planning.domain.replan import Change, Dates, cascade, fingerprint
from journeys.planning.domain.states import (
    OPEN_STATES,
    ActivityState,
    JourneyStatus,
    RevisionKind,
)
from journeys.planning.domain.transitions import check_move
from journeys.planning.domain.unscheduled import UNSCHEDULED
from journeys.planning.models import Activity, Appointment, PlanRevision, Stage
from journeys.planning.services import reminders
from journeys.planning.services.releasing import cancel_appointment
from journeys.planning.workspace import (
    Line,
    StateRecord,
    Workspace,
    lines,
    set_stage,
    stored_lines,
)
from notifications.services import SyncResult

MOVE_OPEN_ACTIVITIES = """
UPDATE planning_activity AS activity
   SET target_on = new.target_on, opens_on = new.opens_on, closes_on = new.closes_on,
       chosen_on = new.chosen_on, why = new.why::jsonb, plan_version = %s
  FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::date[], %s::date[], %s::text[])
       AS new(id, target_on, opens_on, closes_on, chosen_on, why)
 WHERE activity.id = new.id AND activity.state = ANY(%s)
"""

KEEP_CHANGES = """
INSERT INTO planning_planchange (revision_id, activity_id, before, after)
SELECT %s, kept.activity_id, kept.before, kept.after
  FROM jsonb_to_recordset(%s::jsonb) AS kept(activity_id bigint, before jsonb, after jsonb)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one use-case did to a plan, whole.

    `cancelled` are the activities that left the plan, `released` the appointments it cancelled,
    `messages` what it did to the ledger. The token of the revision is the hash of all that, so that
    a preview can be told from another one.
    """

    revision: PlanRevision
    changes: tuple[Change, ...]
    cancelled: tuple[Activity, ...]
    conflicts: tuple[Conflict, ...]
    released: tuple[Appointment, ...]
    messages: SyncResult

    @property
    def token(self) -> str:
        """Return the hash of what was done."""
        return self.revision.token


def dates_of(activity: Activity) -> Dates:
    """Return an activity's dates as the cascade compares them."""
    return Dates(
        target=activity.target_on,
        opens=activity.opens_on,
        closes=activity.closes_on,
        chosen=activity.chosen_on,
    )


def open_changes(
    space: Workspace,
    plan: Plan,
    rows: Collection[Line],
    *,
    dates_before: Mapping[int, Dates],
    dropped: Collection[Point],
) -> tuple[Change, ...]:
    """Return what a revision changes among open and new activities; what is final never changes.

    `dropped` are the points that the plan no longer has. What it has again counts as new.
    """
    movable = {line.planned.point for line in rows if line.state in OPEN_STATES}
    before = {
        point: dates_before[activity.pk]
        for point, activity in space.activities.items()
        if point in dropped or (point in movable and _was_there(space, activity))
    }
    wanted = Plan(
        activities=tuple(line.planned for line in rows if line.planned.point in movable),
        stages=plan.stages,
        conflicts=plan.conflicts,
    )
    return cascade(before, wanted)


def _was_there(space: Workspace, activity: Activity) -> bool:
    loaded = space.loaded.get(activity.pk)
    return loaded is not None and loaded["state"] != ActivityState.CANCELLED


def write_plan(
    space: Workspace,
    plan: Plan,
    *,
    kind: RevisionKind,
    by: User,
    now: datetime,
    today: date,
    activity: Activity | None = None,
    reason: str = "",
    note: str = "",
    undoes: PlanRevision | None = None,
    former: Workspace | None = None,
) -> Outcome:
    """Write a plan in the caller's transaction; what happened or was closed keeps its dates.

    One statement moves every open activity, whatever their number. `space` must reflect what the
    caller changed before, and its journey must be locked. `former` is the cycle that ended with
    this revision: its messages are withdrawn and what became of it is kept.
    """
    dates_before = {activity.pk: dates_of(activity) for activity in space.activities.values()}
    dropped = _follow(space, plan, now=now)
    _check_moves(space)
    rows = lines(space, plan)
    changes = open_changes(space, plan, rows, dates_before=dates_before, dropped=dropped)
    journey = space.journey
    subject = activity.point if activity else ""
    token = fingerprint(
        changes, kind, subject, str(journey.plan_version), *_standing(space), *_states(space)
    )
    conflicts = [conflict_record(conflict) for conflict in plan.conflicts]
    journey.plan_version += 1
    journey.save(update_fields=["plan_version"])
    revision = PlanRevision.objects.create(
        journey=journey,
        cycle=space.cycle,
        number=journey.plan_version,
        kind=kind,
        reason=reason,
        note=note,
        activity=activity,
        made_by=by,
        made_at=now,
        token=token,
        conflicts=conflicts,
        undoes=undoes,
    )
    _insert(space, rows)
    moved = {change.point for change in changes}
    _move(space, rows, moved)
    _explain(rows, moved)
    _keep_changes(space, revision, dates_before)
    if former:
        _keep_changes(former, revision, {a.pk: dates_of(a) for a in former.activities.values()})
    _write_stages(space, plan)
    if space.cycle.conflicts != conflicts:
        space.cycle.conflicts = conflicts
        space.cycle.save(update_fields=["conflicts"])
    return Outcome(
        revision=revision,
        changes=changes,
        cancelled=tuple(_cancelled(*filter(None, (former, space)))),
        conflicts=plan.conflicts,
        released=tuple((*former.released, *space.released) if former else space.released),
        messages=reminders.sync(
            space, [*rows, *(stored_lines(former) if former else ())], now=now, today=today
        ),
    )


def _check_moves(space: Workspace) -> None:
    """Let no use-case give an activity a state that cannot follow the one it had.

    Raises:
        IllegalMove: the table of legal moves does not have it.
    """
    for activity in space.activities.values():
        loaded = space.loaded.get(activity.pk)
        if loaded and loaded["state"] != activity.state:
            check_move(ActivityState(loaded["state"] or ""), ActivityState(activity.state))


def _cancelled(*spaces: Workspace) -> Iterator[Activity]:
    """Yield what was not cancelled when it was loaded and is now."""
    for space in spaces:
        for activity in space.activities.values():
            loaded = space.loaded.get(activity.pk)
            is_new = loaded and loaded["state"] != ActivityState.CANCELLED
            if is_new and activity.state == ActivityState.CANCELLED:
                yield activity


def _follow(space: Workspace, plan: Plan, *, now: datetime) -> set[Point]:
    """Cancel what the plan no longer has, which is returned, and open again what it has again.

    A new version, another follow-up or a new label rule may drop activities. An unscheduled visit
    is in no plan: its day is the one that a person gave it.
    """
    planned = {item.point for item in plan.activities}
    dropped = set()
    for point, activity in space.activities.items():
        if activity.code == UNSCHEDULED.code:
            _date_unscheduled(space, activity)
        elif activity.is_open and point not in planned:
            dropped.add(point)
            cancel_appointment(space, activity, reason="plan_moved", now=now)
            activity.state, activity.planned_at = ActivityState.CANCELLED, None
            activity.locked_on, activity.lock_kind, activity.locked_by = None, "", None
            activity.save(
                update_fields=["state", "planned_at", "locked_on", "lock_kind", "locked_by"]
            )
        elif (
            activity.state == ActivityState.CANCELLED
            and point in planned
            and space.journey.status == JourneyStatus.ACTIVE
        ):
            activity.state = ActivityState.PLANNED
            activity.save(update_fields=["state"])
    return dropped


def _date_unscheduled(space: Workspace, activity: Activity) -> None:
    booked = activity.planned_at.astimezone(space.zone).date() if activity.planned_at else None
    day = booked or activity.locked_on
    if activity.is_open and day and day != activity.chosen_on:
        activity.target_on = activity.opens_on = activity.closes_on = activity.chosen_on = day
        activity.plan_version = space.journey.plan_version + 1
        activity.save(
            update_fields=["target_on", "opens_on", "closes_on", "chosen_on", "plan_version"]
        )


def _standing(space: Workspace) -> list[str]:
    """Return what the journey as a whole follows, for the token."""
    hold = space.live_hold
    held = f"held {hold.from_on} {hold.expected_on}" if hold else ""
    return [str(space.journey.protocol_version_id), space.journey.track, held]


def _states(space: Workspace) -> list[str]:
    """Return what the use-case changed of activities' states, for the token."""
    return [
        f"{point}:{state | {'appointment': None}}"  # a booking gets its name when it is made
        for point, activity in space.activities.items()
        if (state := space.state_of(activity)) != space.loaded.get(activity.pk)
    ]


def _keep_changes(
    space: Workspace, revision: PlanRevision, dates_before: Mapping[int, Dates]
) -> None:
    """Keep every activity that the revision changed, as it was and as it is: dates and state."""
    changes = []
    for activity in space.activities.values():
        loaded, state = space.loaded.get(activity.pk), space.state_of(activity)
        dates = dates_of(activity)
        if loaded == state and dates_before[activity.pk] == dates:
            continue
        before = _record(dates_before[activity.pk], loaded) if loaded else None
        after = _record(dates, state)
        changes.append({"activity_id": activity.pk, "before": before, "after": after})
    with connection.cursor() as cursor:
        cursor.execute(KEEP_CHANGES, [revision.pk, json.dumps(changes)])


def _insert(space: Workspace, rows: Collection[Line]) -> None:
    new = [
        Activity(
            uid=line.uid,
            journey=space.journey,
            cycle=space.cycle,
            stage=space.stages[line.planned.stage],
            centre=space.journey.centre,
            code=line.planned.code,
            occurrence=line.planned.occurrence,
            kind=space.protocol.activity(line.planned.code).kind,
            target_on=line.planned.target,
            opens_on=line.planned.opens,
            closes_on=line.planned.closes,
            chosen_on=line.planned.chosen,
            why=_why(line.planned),
            plan_version=space.journey.plan_version,
        )
        for line in rows
        if line.activity is None
    ]
    for line_activity in Activity.objects.bulk_create(new):
        space.activities[line_activity.point] = line_activity


def _move(space: Workspace, rows: Collection[Line], changed: set[Point]) -> None:
    moved = [
        (line.activity, line.planned)
        for line in rows
        if line.activity and line.planned.point in changed and line.state in OPEN_STATES
    ]
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE_OPEN_ACTIVITIES,
            [
                space.journey.plan_version,
                [activity.pk for activity, _ in moved],
                [planned.target for _, planned in moved],
                [planned.opens for _, planned in moved],
                [planned.closes for _, planned in moved],
                [planned.chosen for _, planned in moved],
                [json.dumps(_why(planned)) for _, planned in moved],
                list(OPEN_STATES),
            ],
        )
    for activity, planned in moved:
        activity.target_on, activity.opens_on = planned.target, planned.opens
        activity.closes_on, activity.chosen_on = planned.closes, planned.chosen
        activity.plan_version = space.journey.plan_version


def _explain(rows: Collection[Line], moved: set[Point]) -> None:
    """Keep the reasons of open activities that stay on their days, where they are other reasons."""
    other = []
    for line in rows:
        if line.activity and line.state in OPEN_STATES and line.planned.point not in moved:
            why = _why(line.planned)
            if line.activity.why != why:
                line.activity.why = why
                other.append(line.activity)
    Activity.objects.bulk_update(other, ["why"])


def _write_stages(space: Workspace, plan: Plan) -> None:
    changed = [
        stage
        for planned in plan.stages
        if set_stage(space, stage := space.stages[planned.code], planned)
    ]
    Stage.objects.bulk_update(
        changed, ["state", "planned_start_on", "planned_end_on", "started_on", "ended_on"]
    )


def _why(planned: PlannedActivity) -> list[Record]:
    return [step_record(step) for step in planned.why]


def _record(dates: Dates, state: StateRecord) -> Record:
    days = {
        "target": dates.target,
        "opens": dates.opens,
        "closes": dates.closes,
        "chosen": dates.chosen,
    }
    return {name: day.isoformat() if day else None for name, day in days.items()} | state
