"""Moving a date: what was booked for days that no longer fit gives way, by name."""

import uuid
from datetime import date, datetime

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.plan import Clause, Fact, FactKind, Plan
from journeys.planning.domain.protocol import ActivityKind, Point
from journeys.planning.domain.states import LockKind, RevisionKind
from journeys.planning.models import Activity
from journeys.planning.services.checks import check_horizon, open_activity, plan_of
from journeys.planning.services.refusals import DateInPast, NotLocked, ReasonMissing
from journeys.planning.services.releasing import release
from journeys.planning.services.revising import revise, with_news
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import Workspace, facts, is_planned


@transaction.atomic
def move(
    *,
    activity_uid: uuid.UUID,
    to_on: date,
    reason: str,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
) -> Outcome:
    """Give an open activity another day, which stays until a person moves it again.

    Bookings that the move makes impossible are released. Dates that a person locked stay, and what
    they break is a conflict. Used through `propose` and `commit`.

    Raises:
        Activity.DoesNotExist: no such activity.
        JourneyNotActive, ActivityNotOpen, RestrictionEndsByItself: it cannot be moved.
        DateInPast: `to_on` is before `today`.
        BeyondTheHorizon, NoRuleThen: no plan can be made with it.
        ReasonMissing: a move needs its coded reason.
    """
    space, activity = open_activity(activity_uid)
    if not reason:
        raise ReasonMissing
    check_horizon(space.title(activity), to_on, today=today)
    if to_on < today:
        raise DateInPast(space.title(activity), to_on)
    before = {"chosen_on": activity.chosen_on.isoformat() if activity.chosen_on else None}
    moved = Fact(point=activity.point, on=to_on, kind=FactKind(_lock_kind(activity)))
    booked = {activity.point} if activity.pk in space.appointments else set()
    plan, freed = _without_broken_bookings(space, moved, booked, today=today)
    for point in sorted(freed):
        release(space, space.activities[point], reason=reason, now=now)
    activity.locked_on, activity.lock_kind, activity.locked_by = to_on, _lock_kind(activity), by
    activity.save(update_fields=["locked_on", "lock_kind", "locked_by"])
    outcome = write_plan(
        space,
        plan,
        kind=RevisionKind.MOVED,
        by=by,
        now=now,
        today=today,
        activity=activity,
        reason=reason,
        note=note,
    )
    audit.record(
        actor=by,
        action="activity.moved",
        patient_uid=space.journey.patient.uid,
        subject=activity,
        centre=space.journey.centre,
        before=before,
        after={
            "locked_on": to_on.isoformat(),
            "changes": len(outcome.changes),
            "token": outcome.token,
        },
        reason=reason,
        note=note,
        now=now,
    )
    return with_news(outcome, space, now=now)


@transaction.atomic
def unlock(*, activity_uid: uuid.UUID, by: User, today: date, now: datetime) -> Outcome:
    """Let the plan choose a day again that a person fixed or somebody outside promised.

    Raises:
        Activity.DoesNotExist: no such activity.
        JourneyNotActive, ActivityNotOpen, RestrictionEndsByItself: it cannot be changed.
        NotLocked: nobody fixed its day.
    """
    space, activity = open_activity(activity_uid)
    if activity.locked_on is None:
        raise NotLocked
    before = {"locked_on": activity.locked_on.isoformat(), "lock_kind": activity.lock_kind}
    activity.locked_on, activity.lock_kind, activity.locked_by = None, "", None
    activity.save(update_fields=["locked_on", "lock_kind", "locked_by"])
    return revise(
        space,
        activity,
        RevisionKind.UNLOCKED,
        before=before,
        after={"locked_on": None},
        by=by,
        today=today,
        now=now,
    )


def _without_broken_bookings(
    space: Workspace, moved: Fact, released: set[Point], *, today: date
) -> tuple[Plan, set[Point]]:
    """Plan with the move, releasing bookings that contradict it until none does."""
    counts = is_planned(space, space.activities[moved.point])  # nothing counts from other visits
    while True:
        given = facts(space, released=released)
        if counts:
            given[moved.point] = moved
        plan = plan_of(space, given, today=today)
        broken = {
            point
            for conflict in plan.conflicts
            for clause in conflict.because
            if (point := _booked_point(clause)) and point not in released
        }
        if not broken:
            return plan, released
        released = released | broken


def _booked_point(clause: Clause) -> Point | None:
    return clause.later if clause.fact == FactKind.BOOKED else None


def _lock_kind(activity: Activity) -> LockKind:
    """A product's arrival is somebody's promise; every other moved date is a decision."""
    return LockKind.EXPECTED if activity.kind == ActivityKind.PRODUCT else LockKind.LOCKED
