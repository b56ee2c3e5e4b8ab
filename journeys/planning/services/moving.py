"""Moving a date in three steps: propose, preview the whole cascade, commit with the token."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.plan import Clause, Conflict, Fact, FactKind, Plan
from journeys.planning.domain.protocol import ActivityKind, Point
from journeys.planning.domain.replan import Change, fingerprint
from journeys.planning.domain.states import LockKind, RevisionKind
from journeys.planning.models import Activity, Appointment, PlanRevision
from journeys.planning.services import reminders
from journeys.planning.services.booking import release
from journeys.planning.services.checks import check_horizon, open_activity, plan_of
from journeys.planning.services.refusals import DateInPast, ReasonMissing, Refusal
from journeys.planning.services.writing import open_changes, write_plan
from journeys.planning.workspace import Workspace, facts, lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What moving one date would do, whole; `token` is the hash of it."""

    activity: Activity
    to_on: date
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    released: tuple[Appointment, ...]
    messages: reminders.Preview
    token: str


class StalePreview(Refusal):
    """The plan changed after the preview was made; the new preview comes along."""

    message = _("The plan has changed since you looked. Here is the new preview; check it again.")

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.proposal = proposal


def propose_move(*, activity_uid: uuid.UUID, to_on: date, today: date, now: datetime) -> Proposal:
    """Compute the cascade of moving an open activity; nothing is written.

    Bookings that the move makes impossible are released in the proposal, named one by one. Dates
    that a person locked stay, and what they break is a conflict.

    Raises:
        Activity.DoesNotExist: no such activity.
        JourneyNotActive, ActivityNotOpen, RestrictionEndsByItself: it cannot be moved.
        DateInPast: `to_on` is before `today`.
        BeyondTheHorizon, NoRuleThen: no plan can be made with it.
    """
    with transaction.atomic():
        space, activity = open_activity(activity_uid, for_update=False)
        proposal = _propose(space, activity, to_on=to_on, today=today, now=now)[0]
        transaction.set_rollback(True)  # whoever is written to is looked up by the same services
    return proposal


@transaction.atomic
def commit_move(
    *,
    activity_uid: uuid.UUID,
    to_on: date,
    token: str,
    reason: str,
    note: str,
    by: User,
    today: date,
    now: datetime,
) -> PlanRevision:
    """Write the move exactly as previewed.

    Raises:
        StalePreview: the cascade is no longer the one that `token` names; nothing is written.
        ReasonMissing: a move needs its coded reason.
        As `propose_move` for the rest.
    """
    space, activity = open_activity(activity_uid)
    if not reason:
        raise ReasonMissing
    proposal, plan = _propose(space, activity, to_on=to_on, today=today, now=now)
    if proposal.token != token:
        raise StalePreview(proposal)
    before = {"chosen_on": activity.chosen_on.isoformat() if activity.chosen_on else None}
    for appointment in proposal.released:
        release(space, _by_id(space, appointment.activity_id), reason=reason, now=now)
    activity.locked_on, activity.lock_kind = to_on, _lock_kind(activity)
    activity.locked_by = by
    activity.save(update_fields=["locked_on", "lock_kind", "locked_by"])
    revision = write_plan(
        space,
        plan,
        kind=RevisionKind.MOVED,
        by=by,
        now=now,
        today=today,
        activity=activity,
        reason=reason,
        note=note,
        token=token,
    )
    if proposal.released:
        reminders.tell_of_change(space, now=now)
    audit.record(
        actor=by,
        action="activity.moved",
        patient_uid=space.journey.patient.uid,
        subject=activity,
        centre=space.journey.centre,
        before=before,
        after={"locked_on": to_on.isoformat(), "changes": len(proposal.changes), "token": token},
        reason=reason,
        note=note,
        now=now,
    )
    return revision


def _propose(
    space: Workspace, activity: Activity, *, to_on: date, today: date, now: datetime
) -> tuple[Proposal, Plan]:
    check_horizon(space.title(activity.code), to_on, today=today)
    if to_on < today:
        raise DateInPast(space.title(activity.code), to_on)
    moved = Fact(point=activity.point, on=to_on, kind=FactKind(_lock_kind(activity)))
    released = {activity.point} if activity.pk in space.appointments else set()
    plan, released = _without_broken_bookings(space, moved, released, today=today)
    rows = lines(space, plan, released=released)
    changes = open_changes(space, plan, rows)
    freed = tuple(
        space.appointments[row.pk] for point, row in space.activities.items() if point in released
    )
    messages = reminders.preview(space, rows, now=now, today=today)
    if freed:
        about = next(line for line in rows if line.uid == activity.uid)
        messages = reminders.with_notice(messages, space, about=about, now=now)
    proposal = Proposal(
        activity=activity,
        to_on=to_on,
        changes=changes,
        conflicts=plan.conflicts,
        released=freed,
        messages=messages,
        token=fingerprint(
            changes,
            str(activity.uid),
            to_on.isoformat(),
            str(space.journey.plan_version),
            *sorted(str(appointment.uid) for appointment in freed),
        ),
    )
    return proposal, plan


def _without_broken_bookings(
    space: Workspace, moved: Fact, released: set[Point], *, today: date
) -> tuple[Plan, set[Point]]:
    """Plan with the move, releasing bookings that contradict it until none does."""
    while True:
        given = facts(space, released=released)
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


def _by_id(space: Workspace, activity_id: int) -> Activity:
    return next(row for row in space.activities.values() if row.pk == activity_id)
