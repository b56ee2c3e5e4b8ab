"""Taking the last change of a plan back, as long as nothing has come after it."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.states import UNDOABLE, ActivityState, RevisionKind
from journeys.planning.domain.unscheduled import UNSCHEDULED
from journeys.planning.models import Activity, Appointment, Journey, PlanRevision
from journeys.planning.services.checks import active_journey, plan_of
from journeys.planning.services.refusals import NothingToUndo
from journeys.planning.services.releasing import cancel_appointment
from journeys.planning.services.revising import with_news, with_notice
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import Workspace, facts

# What a revision sets of an activity; the days of an unscheduled visit are among it.
RESTORED = (
    "state",
    "planned_at",
    "happened_on",
    "happened_at",
    "locked_on",
    "lock_kind",
    "locked_by",
    "close_reason",
    "target_on",
    "opens_on",
    "closes_on",
    "chosen_on",
)


def last_undoable(journey: Journey) -> PlanRevision | None:
    """Return the journey's last revision, if a person may still take it back."""
    last = journey.revisions.select_related("activity").order_by("-number").first()
    return last if last and is_undoable(journey, kind=last.kind, number=last.number) else None


def is_undoable(journey: Journey, *, kind: str, number: int) -> bool:
    """Tell whether a revision is the journey's last one, and of a kind that can be taken back."""
    return kind in UNDOABLE and number == journey.plan_version


@transaction.atomic
def undo_last(
    *,
    journey_uid: uuid.UUID,
    number: int,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
) -> Outcome:
    """Take the last revision back: what it set is as it was before, and the plan follows.

    The revision stays in the history and the new one points at it. Appointments that it cancelled
    hold again unless their hour has passed; those it made are cancelled. `number` is the revision
    that the person meant.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
        NothingToUndo: the revision is not the last one, or cannot be taken back.
    """
    space = active_journey(journey_uid)
    last = last_undoable(space.journey)
    if last is None or last.number != number or last.cycle_id != space.cycle.pk:
        raise NothingToUndo
    held_again = [
        _restore(space, space.activities[change.activity.point], change.before, now=now)
        for change in last.changes.select_related("activity")
        if change.before and _was_set(space, change.activity, change.before)
    ]
    outcome = write_plan(
        space,
        plan_of(space, facts(space), today=today),
        kind=RevisionKind.UNDONE,
        by=by,
        now=now,
        today=today,
        activity=space.activities[last.activity.point] if last.activity else None,
        note=note.strip(),
        undoes=last,
    )
    audit.record(
        actor=by,
        action="journey.undone",
        patient_uid=space.journey.patient.uid,
        subject=last.activity,
        centre=space.journey.centre,
        before={"revision": last.number, "kind": last.kind},
        after={"revision": outcome.revision.number},
        note=note.strip(),
        now=now,
    )
    if any(held_again) and last.activity:
        return with_notice(outcome, space, about=last.activity, now=now)
    return with_news(outcome, space, now=now)


def _was_set(space: Workspace, activity: Activity, before: Mapping[str, str | None]) -> bool:
    """Tell whether the revision set more of an activity than the days that follow by themselves."""
    stands = space.state_of(space.activities[activity.point])
    if not stands.keys() <= before.keys():  # a revision older than what is kept now
        raise NothingToUndo
    is_free = activity.code == UNSCHEDULED.code  # no plan would give it its day again
    return is_free or any(before[key] != value for key, value in stands.items())


def _restore(
    space: Workspace, activity: Activity, before: Mapping[str, str | None], *, now: datetime
) -> bool:
    """Give an activity back what it had; tell whether a cancelled appointment holds again."""
    held_again = _hold_again(space, activity, before["appointment"], now=now)
    live = space.appointments.get(activity.pk)
    state = ActivityState(before["state"] or ActivityState.PLANNED)
    if state == ActivityState.BOOKED and live is None:
        state = ActivityState.PLANNED
    activity.state = state
    activity.planned_at = live.starts_at if live else None
    activity.happened_on = _day(before["happened"])
    activity.happened_at = _instant(before["happened_at"])
    activity.locked_on, activity.lock_kind = _day(before["locked"]), before["lock_kind"] or ""
    activity.locked_by_id = int(before["locked_by"]) if before["locked_by"] else None
    activity.close_reason = before["reason"] or ""
    if activity.code == UNSCHEDULED.code:
        activity.target_on = activity.opens_on = activity.closes_on = _day(before["target"])
        activity.chosen_on = _day(before["chosen"])
    activity.save(update_fields=RESTORED)
    return held_again


def _hold_again(space: Workspace, activity: Activity, uid: str | None, *, now: datetime) -> bool:
    """Let the appointment of then hold, with its own identity.

    Not if its hour has passed, or if what it had is somebody else's by now: the database says so.
    """
    live = space.appointments.get(activity.pk)
    if live and str(live.uid) == uid:
        return False
    cancel_appointment(space, activity, reason=RevisionKind.UNDONE, now=now)
    gone = Appointment.objects.filter(activity=activity, uid=uid).first() if uid else None
    if gone is None or gone.starts_at <= now:
        return False
    gone.cancelled_at, gone.cancel_reason = None, ""
    try:
        with transaction.atomic():
            gone.save(update_fields=["cancelled_at", "cancel_reason"])
    except IntegrityError:
        return False
    space.appointments[activity.pk] = gone
    return True


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
