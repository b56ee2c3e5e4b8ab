"""What ends every change of one activity: the plan anew, its revision and the history entry."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.states import RevisionKind
from journeys.planning.models import Activity
from journeys.planning.services import reminders
from journeys.planning.services.checks import plan_of
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import Workspace, facts


def revise(
    space: Workspace,
    activity: Activity,
    kind: RevisionKind,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
) -> Outcome:
    """Plan from the facts as they are now, write it, and say in the history who changed what.

    `space` reflects what the caller changed; `before` and `after` are what the history keeps.
    """
    plan = plan_of(space, facts(space), today=today)
    outcome = write_plan(
        space, plan, kind=kind, by=by, now=now, today=today, activity=activity, note=note
    )
    audit.record(
        actor=by,
        action=f"activity.{kind}",
        patient_uid=space.journey.patient.uid,
        subject=activity,
        centre=space.journey.centre,
        before=before,
        after=after,
        note=note,
        now=now,
    )
    return with_news(outcome, space, now=now)


def with_news(outcome: Outcome, space: Workspace, *, now: datetime) -> Outcome:
    """Tell the patient when the change cancelled an appointment that was still to come."""
    ahead = [appointment for appointment in outcome.released if appointment.starts_at > now]
    return with_notice(outcome, space, about=ahead[0].activity, now=now) if ahead else outcome


def with_notice(outcome: Outcome, space: Workspace, *, about: Activity, now: datetime) -> Outcome:
    """Tell the patient once that a booking they knew of has changed, and say so in the outcome."""
    if any(message.kind == reminders.NOTICE_KIND for message in outcome.messages.created):
        return outcome
    notice = reminders.tell_of_change(space, about=about, now=now)
    messages = outcome.messages
    return replace(outcome, messages=replace(messages, created=(notice, *messages.created)))
