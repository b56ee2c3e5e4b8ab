"""One invented patient's days: what the staff books, moves and records."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from carttrack.demo.life import Life, happened_on
from carttrack.demo.turns import take_turns, turn_days
from carttrack.demo.visits import visit_findings
from journeys.followup.domain.answers import Mode
from journeys.followup.services import record_visit
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState, EndReason, JourneyStatus, MoveReason
from journeys.planning.models import Activity, Journey
from journeys.planning.services import (
    Refusal,
    book,
    check_gate_item,
    close_without,
    commit,
    end_journey,
    move,
    open_gate_items,
    propose,
    record_happened,
)
from journeys.planning.workspace import load

BOOK_DAYS_AHEAD = {
    "leukapheresis": 12,
    "lymphodepletion": 9,
    "infusion": 12,
    "return_visit": 21,
    "day_100": 35,
    "month_6": 35,
    "year": 50,
}
MINUTES = {ActivityKind.PROCEDURE: 240, ActivityKind.TREATMENT: 120, ActivityKind.VISIT: 60}
FIRST_START = time(8, 30)


def morning(life: Life, *, day: date, now: datetime) -> None:
    """Do what is done before the patients come: end, move and book."""
    if _end(life, day=day, now=now):
        return
    take_turns(life, day=day, now=now)
    _lock(life, day=day, now=now)
    _report_late(life, day=day, now=now)
    for activity in _open(life):
        if _wants_booking(life, activity, day):
            _book(life, activity, day=day, now=now)


def afternoon(life: Life, *, day: date, now: datetime) -> None:
    """Record what the day brought, then find the next day that matters."""
    for activity in _open(life):
        if _day_of(life, activity) == day and activity.code not in life.patient.story.unrecorded:
            _record(life, activity, day=day, now=now)
    life.next_on = min((found for found in _days_ahead(life) if found > day), default=None)


def _open(life: Life) -> list[Activity]:
    """Return what is still to come, in the order of its days."""
    journey = Journey.objects.get(pk=life.journey.pk)
    if journey.status != JourneyStatus.ACTIVE:
        return []
    activities = Activity.objects.filter(journey=journey).open()
    return list(activities.exclude(kind=ActivityKind.RESTRICTION).order_by("chosen_on", "id"))


def _day_of(life: Life, activity: Activity) -> date | None:
    if activity.planned_at:
        return activity.planned_at.astimezone(life.zone).date()
    return activity.chosen_on


def _days_ahead(life: Life) -> Iterator[date]:
    for activity in _open(life):
        day = _day_of(life, activity)
        if day is None:
            continue
        yield day
        if activity.state == ActivityState.PLANNED and activity.code in BOOK_DAYS_AHEAD:
            yield day - timedelta(days=BOOK_DAYS_AHEAD[activity.code])
    ends = life.patient.story.ends
    happened = happened_on(life, ends.after) if ends else None
    if ends and happened:
        yield happened + timedelta(days=ends.days)
    yield from turn_days(life)
    if life.patient.story.locked:
        collected = happened_on(life, "leukapheresis")
        if collected:
            yield collected + timedelta(days=1)


def _end(life: Life, *, day: date, now: datetime) -> bool:
    ends = life.patient.story.ends
    happened = happened_on(life, ends.after) if ends else None
    if ends is None or happened is None or day < happened + timedelta(days=ends.days):
        return False
    if _open(life):
        end_journey(
            journey_uid=life.journey.uid,
            reason=EndReason(ends.reason),
            on=day,
            note=ends.note,
            by=life.journey.clinician,
            today=day,
            now=now,
        )
    return True


def _lock(life: Life, *, day: date, now: datetime) -> None:
    """Fix a day once the cells have been collected, as a ward that promises a bed does."""
    collected = happened_on(life, "leukapheresis")
    if collected is None or day != collected + timedelta(days=1):
        return
    for code, days in life.patient.story.locked.items():
        activity = life.journey.activities.get(code=code)
        if activity.chosen_on:
            to_on = activity.chosen_on + timedelta(days=days)
            _move(life, activity, to_on=to_on, reason=MoveReason.OTHER, day=day, now=now)


def _report_late(life: Life, *, day: date, now: datetime) -> None:
    for activity in _open(life):
        days = life.patient.story.late.get(activity.code)
        if days and activity.chosen_on == day and activity.locked_on is None:
            to_on = day + timedelta(days=days)
            _move(life, activity, to_on=to_on, reason=MoveReason.PRODUCT_LATE, day=day, now=now)


def _move(
    life: Life, activity: Activity, *, to_on: date, reason: MoveReason, day: date, now: datetime
) -> None:
    change = partial(
        move,
        activity_uid=activity.uid,
        to_on=to_on,
        reason=reason,
        by=life.journey.coordinator,
        today=day,
        now=now,
    )
    commit(change, token=propose(change).token)


def _meet_gates(life: Life, activity: Activity, *, now: datetime) -> None:
    """Check what must be in place; the clinician of the invented centre always has the form."""
    space = load(life.journey.uid, for_update=False)
    for item in open_gate_items(space, space.activities[activity.point]):
        check_gate_item(
            journey_uid=life.journey.uid,
            stage=item.stage,
            item=item.code,
            evidence="Signed form in the record",
            by=life.journey.clinician,
            now=now,
        )


def _wants_booking(life: Life, activity: Activity, day: date) -> bool:
    ahead = BOOK_DAYS_AHEAD.get(activity.code)
    return bool(
        ahead
        and activity.chosen_on
        and activity.state == ActivityState.PLANNED
        and activity.code not in life.patient.story.unbooked
        and day < activity.chosen_on <= day + timedelta(days=ahead)
    )


def _book(life: Life, activity: Activity, *, day: date, now: datetime) -> None:
    if activity.chosen_on is None:
        return
    slot = timedelta(minutes=30 * (activity.pk % 9))
    starts_at = life.at(activity.chosen_on, FIRST_START) + slot
    book(
        activity_uid=activity.uid,
        starts_at=starts_at,
        minutes=MINUTES.get(ActivityKind(activity.kind), 60),
        place="",
        by=life.journey.coordinator,
        today=day,
        now=now,
    )


def _record(life: Life, activity: Activity, *, day: date, now: datetime) -> None:
    """Record one activity; what the story left out before it may forbid it, as in real life."""
    try:
        if activity.code in life.patient.story.missed:
            close_without(
                activity_uid=activity.uid,
                state=ActivityState.MISSED,
                reason="Did not come and could not be reached",
                by=life.journey.coordinator,
                today=day,
                now=now,
            )
        elif activity.kind == ActivityKind.VISIT:
            record_visit(
                activity_uid=activity.uid,
                seen_on=day,
                mode=Mode.IN_PERSON,
                seen_by=life.journey.clinician,
                findings=visit_findings(life.patient, activity, day=day),
                by=life.journey.clinician,
                today=day,
                now=now,
            )
        else:
            _meet_gates(life, activity, now=now)
            record_happened(
                activity_uid=activity.uid,
                on=day,
                at=activity.planned_at,
                by=life.journey.clinician,
                today=day,
                now=now,
            )
    except Refusal:
        return
