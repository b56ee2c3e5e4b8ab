"""Taking the last change of a plan back, as long as nothing has come after it."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.states import UNDOABLE, ActivityState, RevisionKind
from journeys.planning.models import Activity, Appointment, Journey, PlanRevision
from journeys.planning.services.checks import active_journey, plan_of
from journeys.planning.services.refusals import NothingToUndo
from journeys.planning.services.revising import with_notice
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import Workspace, facts


def last_undoable(journey: Journey) -> PlanRevision | None:
    """Return the journey's last revision, if a person may still take it back."""
    last = journey.revisions.select_related("activity").order_by("-number").first()
    is_undoable = last and last.kind in UNDOABLE and last.number == journey.plan_version
    return last if is_undoable else None


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
    for change in last.changes.select_related("activity"):
        activity = space.activities[change.activity.point]
        before, stands = change.before, space.loaded[activity.pk]
        if before and any(before.get(key) != value for key, value in stands.items()):
            _restore(space, activity, before, last, now=now)
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
    if outcome.released and last.activity:
        return with_notice(outcome, space, about=last.activity, now=now)
    return outcome


def _restore(
    space: Workspace,
    activity: Activity,
    before: Mapping[str, str | None],
    last: PlanRevision,
    *,
    now: datetime,
) -> None:
    """Give an activity back what it had; an hour that has passed is not booked again."""
    made = Appointment.objects.filter(
        activity=activity, booked_at=last.made_at, cancelled_at__isnull=True
    ).first()
    if made:
        made.cancelled_at, made.cancel_reason = now, RevisionKind.UNDONE
        made.save(update_fields=["cancelled_at", "cancel_reason"])
        made.activity = activity
        space.released.append(made)
        space.appointments.pop(activity.pk, None)
    _hold_again(space, activity, last, now=now)
    live = space.appointments.get(activity.pk)
    state = ActivityState(before["state"] or ActivityState.PLANNED)
    if state == ActivityState.BOOKED and live is None:
        state = ActivityState.PLANNED
    activity.state = state
    activity.planned_at = live.starts_at if live else None
    activity.happened_on = _day(before["happened"])
    activity.happened_at = _instant(before["happened_at"])
    activity.locked_on, activity.lock_kind = _day(before["locked"]), before["lock_kind"] or ""
    activity.close_reason = before["reason"] or ""
    activity.save(
        update_fields=[
            "state",
            "planned_at",
            "happened_on",
            "happened_at",
            "locked_on",
            "lock_kind",
            "close_reason",
        ]
    )


def _hold_again(space: Workspace, activity: Activity, last: PlanRevision, *, now: datetime) -> None:
    """Let an appointment that the revision cancelled hold again, with its own identity."""
    gone = Appointment.objects.filter(
        activity=activity, cancelled_at=last.made_at, starts_at__gt=now
    ).first()
    if gone:
        gone.cancelled_at, gone.cancel_reason = None, ""
        gone.save(update_fields=["cancelled_at", "cancel_reason"])
        space.appointments[activity.pk] = gone


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
