"""A journey as it was known at an earlier moment, read from what later revisions changed."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q

from journeys.planning.domain.protocol import Point
from journeys.planning.domain.states import ActivityState, JourneyStatus, RevisionKind
from journeys.planning.models import Activity, Appointment, PlanChange, PlanRevision
from journeys.planning.workspace import Workspace, compute, facts, set_stage

DATES = {"target": "target_on", "opens": "opens_on", "closes": "closes_on", "chosen": "chosen_on"}


def rewind(space: Workspace, *, at: datetime) -> None:
    """Turn a loaded workspace back to what was known at `at`; nothing is written.

    Each activity is what the first later change found; one that began later is left out. The
    reasons behind the dates of then are in the revisions, and are not shown.

    Units:
        at: UTC instant.
    """
    space.activities = _activities(space, at)
    space.appointments = _appointments(space, at)
    space.holds = [hold for hold in space.holds if hold.held_at <= at]
    for hold in space.holds:
        if hold.resumed_at and hold.resumed_at > at:
            hold.until_on = None
    last = _last_revision(space, at)
    space.cycle.conflicts = last.conflicts if last else []
    if last is None or last.kind not in (RevisionKind.ENDED, RevisionKind.COMPLETED):
        space.journey.status = JourneyStatus.ACTIVE
    plan = compute(space, facts(space), today=at.astimezone(space.zone).date())
    for planned in plan.stages:
        set_stage(space, space.stages[planned.code], planned)


def _activities(space: Workspace, at: datetime) -> dict[Point, Activity]:
    later = (
        PlanChange.objects.filter(activity__cycle=space.cycle, revision__made_at__gt=at)
        .order_by("revision__number")
        .values_list("activity", "before")
    )
    found: dict[int, Mapping[str, str | None] | None] = {}
    for activity_id, before in later:
        found.setdefault(activity_id, before)
    known = {}
    for point, activity in space.activities.items():
        before = found.get(activity.pk, {})
        if before is not None:
            known[point] = activity
        if before:
            _restore(activity, before)
    return known


def _restore(activity: Activity, before: Mapping[str, str | None]) -> None:
    for key, name in DATES.items():
        setattr(activity, name, _day(before.get(key)))
    activity.why = []
    if "state" in before:
        activity.state = before["state"] or ActivityState.PLANNED
        activity.happened_on = _day(before.get("happened"))
        activity.planned_at = _instant(before.get("starts"))
        activity.locked_on = _day(before.get("locked"))
        activity.lock_kind = before.get("lock_kind") or ""
        activity.close_reason = before.get("reason") or ""


def _appointments(space: Workspace, at: datetime) -> dict[int, Appointment]:
    held = Appointment.objects.filter(activity__cycle=space.cycle, booked_at__lte=at).filter(
        Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=at)
    )
    return {appointment.activity_id: appointment for appointment in held.order_by("booked_at")}


def _last_revision(space: Workspace, at: datetime) -> PlanRevision | None:
    revisions = space.journey.revisions.filter(cycle=space.cycle, made_at__lte=at)
    return revisions.order_by("-number").first()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
