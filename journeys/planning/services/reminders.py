"""Which reminders a plan asks for, and keeping the ledger equal to that."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from carttrack.accounts.models import User
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    Audience,
    ReminderDefinition,
    ReminderWhen,
)
from journeys.planning.domain.states import OPEN_STATES, ActivityState
from journeys.planning.models import Activity
from journeys.planning.workspace import Line, Workspace, load, stored_lines
from notifications import services as notifications
from notifications.domain.ledger import TopicState, WantedReminder
from notifications.domain.states import Purpose
from notifications.models import Recipient
from notifications.services import MessageChange, Person, SyncResult
from notifications.tasks import hint

# Rows exist for this long ahead; what lies beyond is written when its time comes near.
HORIZON = timedelta(days=90)

# What tells a patient that a booking has changed. It matters for days, not for hours.
NOTICE_KIND, NOTICE_CHANNEL = "plan_changed", "email"
NOTICE_LASTS = timedelta(days=3)


def sync(space: Workspace, rows: Sequence[Line], *, now: datetime, today: date) -> SyncResult:
    """Make the ledger equal to what the plan asks for, in the plan's transaction.

    What is due already does not wait for the clock: a sweep is woken after the commit.
    """
    result = notifications.sync_reminders(
        thread_uid=space.journey.uid,
        wanted=_wanted(space, rows, today=today),
        topics=_topics(space, rows),
        now=now,
    )
    if any(change.due_at and change.due_at <= now for change in (*result.created, *result.moved)):
        hint()
    return result


@transaction.atomic
def extend_reminders(*, journey_uid: UUID, now: datetime, today: date) -> SyncResult:
    """Write the reminders that have come within the horizon since the plan last changed.

    Raises:
        Journey.DoesNotExist: no such journey.
    """
    space = load(journey_uid, for_update=True)
    return sync(space, stored_lines(space), now=now, today=today)


def tell_of_change(space: Workspace, *, about: Activity, now: datetime) -> MessageChange:
    """Owe the patient the news that a booking they knew of has changed, once per revision.

    Call it after the plan was written. What the change is stands behind the sign-in.
    """
    [recipient] = notifications.save_recipients([_patient(space)])
    reminder = notifications.notify_now(
        thread_uid=space.journey.uid,
        topic_uid=None,
        recipient=recipient,
        channel=NOTICE_CHANNEL,
        kind=NOTICE_KIND,
        rule=f"{NOTICE_KIND}:{space.journey.plan_version}",
        context={},
        now=now,
        expires_at=now + NOTICE_LASTS,
        purpose=Purpose.SAFETY,
    )
    hint()
    return MessageChange(
        kind=NOTICE_KIND,
        channel=NOTICE_CHANNEL,
        rule=NOTICE_KIND,
        topic=about.uid,
        recipient_id=recipient.pk,
        occurs_on=about.chosen_on or about.target_on or now.date(),
        due_at=reminder.due_at,
        was_due_at=None,
        context={},
    )


def _wanted(space: Workspace, rows: Sequence[Line], *, today: date) -> list[WantedReminder]:
    recipients = _recipients(space)
    return [
        _wish(line, definition, rule, recipients[rule.audience])
        for line, definition, rule in _rules(space, rows)
        if _send_on(line, rule) is None or _day(line) + _offset(rule) <= today + HORIZON
    ]


def _rules(
    space: Workspace, rows: Sequence[Line]
) -> Iterator[tuple[Line, ActivityDefinition, ReminderDefinition]]:
    """Yield the rules that make sense in the state of their activity."""
    for line in rows:
        if line.state not in OPEN_STATES or line.day is None:
            continue
        definition = (
            space.definition(line.activity)
            if line.activity
            else space.protocol.activity(line.planned.code)
        )
        is_booked = line.state == ActivityState.BOOKED
        fitting = {ReminderWhen.ALWAYS, ReminderWhen.BOOKED if is_booked else ReminderWhen.UNBOOKED}
        for rule in definition.reminders:
            if rule.when in fitting and (rule.offset_days is not None or is_booked):
                yield line, definition, rule


def _wish(
    line: Line,
    definition: ActivityDefinition,
    rule: ReminderDefinition,
    recipient: Recipient,
) -> WantedReminder:
    return WantedReminder(
        topic=line.uid,
        recipient_id=recipient.pk,
        channel=rule.channel,
        kind=rule.kind,
        rule=f"{definition.code}:{rule.code}",
        occurs_on=_day(line),
        send_on=_send_on(line, rule),
        at=time.fromisoformat(rule.at),
        expires_days=rule.expires_days,
        purpose=Purpose(rule.purpose),
        context={
            "title": definition.title["en"],
            "patient_title": (definition.patient_title or definition.title)["en"],
            "day": _day(line).isoformat(),
        },
    )


def _topics(space: Workspace, rows: Sequence[Line]) -> list[TopicState]:
    return [
        TopicState(
            uid=line.uid,
            version=line.activity.plan_version if line.activity else space.journey.plan_version,
            is_open=line.state in OPEN_STATES and not _floats(space, line),
            reason="on_hold" if line.state in OPEN_STATES else line.state,
        )
        for line in rows
    ]


def _floats(space: Workspace, line: Line) -> bool:
    """Tell whether the line waits, without a day, for the journey to resume."""
    return space.live_hold is not None and line.day is None


def _recipients(space: Workspace) -> dict[Audience, Recipient]:
    """Keep who is written to, in one order whatever their parts: no two plans block each other."""
    journey = space.journey
    zone = journey.centre.time_zone
    people = [
        (Audience.PATIENT, _patient(space)),
        (Audience.COORDINATOR, _staff(journey.coordinator, zone)),
        (Audience.CLINICIAN, _staff(journey.clinician, zone)),
    ]
    people.sort(key=lambda each: each[1].user_id or 0)
    saved = notifications.save_recipients([person for _audience, person in people])
    return {audience: found for (audience, _person), found in zip(people, saved, strict=True)}


def _patient(space: Workspace) -> Person:
    patient = space.journey.patient
    return Person(
        uid=patient.uid,
        user_id=patient.user_id,
        language=patient.language,
        time_zone=patient.time_zone,
        addresses={"email": patient.email, "sms": str(patient.phone)},
    )


def _staff(user: User, zone: str) -> Person:
    return Person(
        user_id=user.pk,
        language=user.language,
        time_zone=zone,
        addresses={"email": user.email},
    )


def _day(line: Line) -> date:
    if line.day is None:
        raise ValueError(f"{line.planned.point} has no day yet")
    return line.day


def _offset(rule: ReminderDefinition) -> timedelta:
    return timedelta(days=rule.offset_days or 0)


def _send_on(line: Line, rule: ReminderDefinition) -> date | None:
    return None if rule.offset_days is None else _day(line) + _offset(rule)
