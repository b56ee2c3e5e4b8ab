"""Which reminders a plan asks for, and keeping the ledger equal to that."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from journeys.planning.domain.protocol import ActivityDefinition, Words
from journeys.planning.domain.reminding import ReminderDefinition, ReminderWhen
from journeys.planning.domain.states import OPEN_STATES, ActivityState
from journeys.planning.models import Activity
from journeys.planning.services.audiences import patient_person, recipients_of
from journeys.planning.workspace import Line, Workspace, load, stored_lines
from notifications import services as notifications
from notifications.domain.ledger import TopicState, WantedReminder
from notifications.domain.states import Purpose
from notifications.models import Recipient
from notifications.services import Asked, MessageChange, SyncResult
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
    asked = asked_of(space, rows, today=today)
    result = notifications.sync_reminders(
        thread_uid=space.journey.uid, wanted=asked.wanted, topics=asked.topics, now=now
    )
    if any(change.due_at and change.due_at <= now for change in (*result.created, *result.moved)):
        hint()
    return result


def asked_of(space: Workspace, rows: Sequence[Line], *, today: date) -> Asked:
    """Return what the plan asks of the ledger, as far as the horizon."""
    wanted = _wanted(space, rows, today=today)
    return Asked(
        thread_uid=space.journey.uid,
        wanted=wanted,
        topics=_topics(space, rows, wanted_about={item.topic for item in wanted}),
    )


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
    [recipient] = notifications.save_recipients([patient_person(space.journey.patient)])
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
    rules = list(_rules(space, rows, today=today))
    recipients = recipients_of(
        space,
        {rule.audience for _line, _definition, rule in rules}
        | {rule.audience for each in space.protocol.activities for rule in each.reminders},
    )
    return [
        _wish(line, definition, rule, recipients[rule.audience])
        for line, definition, rule in rules
        if rule.audience in recipients
    ]


def _rules(
    space: Workspace, rows: Sequence[Line], *, today: date
) -> Iterator[tuple[Line, ActivityDefinition, ReminderDefinition]]:
    """Yield the rules that make sense in the state of their activity, as far as the horizon."""
    for line in rows:
        fitting = _fitting(space, line)
        if not fitting:
            continue
        definition = (
            space.definition(line.activity)
            if line.activity
            else space.protocol.activity(line.planned.code)
        )
        for rule in definition.reminders:
            if rule.when in fitting and (line.planned.occurrence == 1 or not rule.first_only):
                for one in rule.each():
                    if _is_near(line, one, today=today):
                        yield line, definition, one


def _fitting(space: Workspace, line: Line) -> Collection[ReminderWhen]:
    """Return what the activity's state lets rules ask for; an earlier cycle asks for nothing."""
    if line.state == ActivityState.DONE:
        is_own = line.activity is not None and line.activity.cycle_id == space.cycle.pk
        return {ReminderWhen.DONE} if is_own else ()
    if line.state not in OPEN_STATES or line.day is None:
        return ()
    is_booked = line.state == ActivityState.BOOKED
    return {ReminderWhen.ALWAYS, ReminderWhen.BOOKED if is_booked else ReminderWhen.UNBOOKED}


def _is_near(line: Line, rule: ReminderDefinition, *, today: date) -> bool:
    """Tell whether a rule asks for a message within the horizon.

    What follows something done stays wanted for as long after its day: until then a person may have
    to judge what became of it.
    """
    send_on = _send_on(line, rule)
    if send_on is None:
        return line.state == ActivityState.BOOKED
    return send_on <= today + HORIZON and (
        rule.when is not ReminderWhen.DONE or send_on >= today - HORIZON
    )


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
            **_in_languages("title", definition.title),
            **_in_languages("patient_title", definition.patient_title or definition.title),
            "day": _day(line).isoformat(),
        },
        asks=rule.asks,
        ignores_quiet=rule.quiet == "ignore",
        escalate_hours=rule.escalate_hours,
    )


def _in_languages(key: str, words: Words) -> Mapping[str, str]:
    """Return a title for a message's context: in English, and in each language that it has."""
    return {
        key if language == "en" else f"{key}_{language}": text for language, text in words.items()
    }


def _topics(
    space: Workspace, rows: Sequence[Line], *, wanted_about: Collection[UUID]
) -> list[TopicState]:
    """Return how the activities stand; one that is done stays open for what follows it."""
    return [
        TopicState(
            uid=line.uid,
            version=line.activity.plan_version if line.activity else space.journey.plan_version,
            is_open=(
                not _floats(space, line) if line.state in OPEN_STATES else line.uid in wanted_about
            ),
            reason="on_hold" if line.state in OPEN_STATES else line.state,
            is_over=line.state not in OPEN_STATES,
        )
        for line in rows
    ]


def _floats(space: Workspace, line: Line) -> bool:
    """Tell whether the line waits, without a day, for the journey to resume."""
    return space.live_hold is not None and line.day is None


def _day(line: Line) -> date:
    """Return the day that messages count from: the one on which it happened, once it has."""
    happened_on = line.activity.happened_on if line.activity else None
    day = happened_on or line.day
    if day is None:
        raise ValueError(f"{line.planned.point} has no day yet")
    return day


def _send_on(line: Line, rule: ReminderDefinition) -> date | None:
    return None if rule.offset_days is None else _day(line) + timedelta(days=rule.offset_days)
