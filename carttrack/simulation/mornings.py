"""What is done before the patients come: ends, holds, slips, moves and bookings."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial

from carttrack.simulation.fates import COLLECTION, FAILED, GIVEN_UP, INFUSION, Ending, Making
from carttrack.simulation.life import SHORT_TRACK, Life
from carttrack.simulation.slots import SLOT, take_slot
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import (
    ActivityState,
    CycleReason,
    EndReason,
    MoveReason,
)
from journeys.planning.models import Activity
from journeys.planning.services import (
    Outcome,
    add_unscheduled,
    book,
    choose_track,
    commit,
    end_journey,
    extend_reminders,
    move,
    propose,
    put_on_hold,
    resume,
    start_cycle,
)

# Nightly in a site; the horizon of ninety days leaves nothing unwritten if it is done this often.
EXTEND_DAYS = 60
BOOKED_AHEAD = {ActivityKind.PROCEDURE: 12, ActivityKind.TREATMENT: 10, ActivityKind.VISIT: 45}
MINUTES = {ActivityKind.PROCEDURE: 240, ActivityKind.TREATMENT: 120, ActivityKind.VISIT: 60}
FIRST_START, STEP = time(8, 30), timedelta(minutes=30)
NO_BED_NOTICE = timedelta(days=2)
AGAIN = {
    Making.COLLECTION_FAILED: CycleReason.COLLECTION_FAILURE,
    Making.MANUFACTURING_FAILED: CycleReason.MANUFACTURING_FAILURE,
    Making.OUT_OF_SPECIFICATION: CycleReason.OUT_OF_SPECIFICATION,
}


def morning(life: Life, *, day: date, now: datetime) -> None:
    """Do what the staff does first thing for one patient."""
    for step in (
        _end,
        _fail,
        _treat_again,
        take_slot,
        _hold,
        _follow_up,
        _slip,
        _book_all,
        _extend,
    ):
        if not life.is_over:
            step(life, day, now)


def morning_days(life: Life, activities: list[Activity]) -> list[date]:
    """Return the days on which one of these things is up, as far as they are known."""
    days = [life.extended_on + timedelta(days=EXTEND_DAYS)]
    days += [on for ending in life.fate.endings if (on := _end_day(life, ending))]
    days += _turning_days(life)
    for activity in activities:
        on = life.day_of(activity)
        if on is None:
            continue
        if activity.state == ActivityState.PLANNED and activity.kind in BOOKED_AHEAD:
            days.append(on - timedelta(days=BOOKED_AHEAD[ActivityKind(activity.kind)]))
        if activity.state == ActivityState.BOOKED and activity.kind == ActivityKind.VISIT:
            days.append(on - timedelta(days=life.turn(activity).notice))
        if activity.code == INFUSION:
            days.append(on - NO_BED_NOTICE)
    return days


def _turning_days(life: Life) -> list[date]:
    fate, pause = life.fate, life.attempt.pause
    spans = [
        (COLLECTION, life.attempt.failed_after if life.attempt.making in FAILED else None),
        (INFUSION, fate.treated_again_after),
        (INFUSION, fate.visit_in_between_after),
        (INFUSION, 1),
        (SLOT, 1),
        *([(pause.after, pause.days), (pause.after, pause.days + pause.lasts)] if pause else []),
    ]
    return [
        life.happened[code] + timedelta(days=days)
        for code, days in spans
        if days is not None and code in life.happened
    ]


def _commit(life: Life, change: Callable[..., Outcome], day: date, now: datetime) -> None:
    """Carry a change out through its preview, as a person does."""
    use_case = partial(change, by=life.journey.coordinator, today=day, now=now)
    with life.event():
        commit(use_case, token=propose(use_case).token)


def _end_day(life: Life, ending: Ending) -> date | None:
    """Return the day on which the centre learns of an end."""
    happened = life.happened.get(ending.after)
    is_past_it = ending.after != INFUSION and INFUSION in life.happened
    if happened is None or is_past_it:
        return None
    return happened + timedelta(days=ending.days + ending.known_after)


def _end(life: Life, day: date, now: datetime) -> None:
    for ending in life.fate.endings:
        known_on = _end_day(life, ending)
        if known_on and known_on <= day:
            on = life.happened[ending.after] + timedelta(days=ending.days)
            end(life, ending.reason, on=on, day=day, now=now)
            life.ended_as = ending
            return


def end(life: Life, reason: EndReason, *, on: date, day: date, now: datetime) -> None:
    """End the journey for good."""
    with life.event():
        end_journey(
            journey_uid=life.journey.uid,
            reason=reason,
            on=on,
            note="",
            by=life.journey.clinician,
            today=day,
            now=now,
        )
        life.is_over, life.ended_at = True, now


def _fail(life: Life, day: date, now: datetime) -> None:
    """Begin another cycle after a failure, or give up."""
    making = life.attempt.making
    if making not in FAILED or not life.has_come(COLLECTION, life.attempt.failed_after, day=day):
        return
    if life.cycle == len(life.fate.attempts):
        end(life, GIVEN_UP[making], on=day, day=day, now=now)
    else:
        _again(life, AGAIN[making], day, now)


def _treat_again(life: Life, day: date, now: datetime) -> None:
    after = life.fate.treated_again_after
    if after is None or life.cycle == len(life.fate.attempts):
        return
    if life.has_come(INFUSION, after, day=day):
        _again(life, CycleReason.RETREATMENT, day, now)


def _again(life: Life, reason: CycleReason, day: date, now: datetime) -> None:
    with life.event():
        start_cycle(
            journey_uid=life.journey.uid,
            reason=reason,
            from_stage=life.collection.stage,
            on=day,
            by=life.journey.coordinator,
            today=day,
            now=now,
        )
        life.cycle += 1
        life.happened.clear()
        life.owed.clear()


def _hold(life: Life, day: date, now: datetime) -> None:
    pause = life.attempt.pause
    if pause is None or INFUSION in life.happened:
        return
    if life.has_come(pause.after, pause.days, day=day) and life.once("hold"):
        change = partial(
            put_on_hold,
            journey_uid=life.journey.uid,
            reason=pause.reason,
            from_on=day,
            expected_on=day + timedelta(days=pause.lasts),
        )
        _commit(life, change, day, now)
    elif life.has_come(pause.after, pause.days + pause.lasts, day=day) and life.once("resume"):
        _commit(life, partial(resume, journey_uid=life.journey.uid, on=day), day, now)


def _follow_up(life: Life, day: date, now: datetime) -> None:
    """Choose the way of following up, keep the patient longer, see them in between."""
    is_on_offer = life.fate.short_track and life.has_short_track
    if is_on_offer and life.has_come(INFUSION, 1, day=day) and life.once("track"):
        change = partial(
            choose_track, journey_uid=life.journey.uid, track=SHORT_TRACK, reason="Moves away"
        )
        _commit(life, change, day, now)
    after = life.fate.visit_in_between_after
    if after and life.has_come(INFUSION, after, day=day) and life.once("in between"):
        change = partial(
            add_unscheduled,
            journey_uid=life.journey.uid,
            title="Low blood counts",
            on=day + timedelta(days=2),
        )
        _commit(life, change, day, now)


def _slip(life: Life, day: date, now: datetime) -> None:
    """Move what is known not to take place on its day."""
    for activity in life.open_activities():
        on = life.day_of(activity)
        if on is None:
            continue
        late = _lateness(life, activity, on, day)
        if late:
            reason, days = late
            change = partial(
                move,
                activity_uid=activity.uid,
                to_on=max(on, day) + timedelta(days=days),
                reason=reason,
            )
            _commit(life, change, day, now)


def _lateness(life: Life, activity: Activity, on: date, day: date) -> tuple[MoveReason, int] | None:
    attempt = life.attempt
    if activity.code == "product_received" and on <= day and attempt.slip and life.once("slip"):
        return MoveReason.PRODUCT_LATE, attempt.slip
    if activity.code == INFUSION and on <= day + NO_BED_NOTICE and attempt.no_bed:
        return (MoveReason.NO_BED, attempt.no_bed) if life.once("no bed") else None
    days = life.fate.intensive_care
    if activity.code == "discharge" and life.has_come(INFUSION, 5, day=day) and days:
        return (MoveReason.UNFIT, days) if life.once("intensive care") else None
    return None


def _book_all(life: Life, day: date, now: datetime) -> None:
    for activity in life.open_activities():
        on = life.day_of(activity)
        if on is None or activity.kind not in BOOKED_AHEAD or on <= day:
            continue
        turn = life.turn(activity)
        if activity.state == ActivityState.PLANNED:
            if wants_booking(life, activity, day) and life.once(_booking(activity)):
                _book(life, activity, on, day, now)
        elif activity.kind == ActivityKind.VISIT and turn.moved_by:
            to_on = max(on + timedelta(days=turn.moved_by), day + timedelta(days=1))
            is_time = on <= day + timedelta(days=turn.notice)
            if is_time and life.once(f"move {activity.point}"):
                _book(life, activity, to_on, day, now)


def wants_booking(life: Life, activity: Activity, day: date) -> bool:
    """Tell whether somebody is to book this activity now, and has not tried for its day."""
    on, ahead = activity.chosen_on, BOOKED_AHEAD.get(ActivityKind(activity.kind))
    if on is None or ahead is None or activity.state != ActivityState.PLANNED:
        return False
    is_time = day < on <= day + timedelta(days=ahead)
    return is_time and life.turn(activity).is_booked and not life.has_done(_booking(activity))


def _booking(activity: Activity) -> str:
    return f"book {activity.point} {activity.chosen_on}"


def _book(life: Life, activity: Activity, on: date, day: date, now: datetime) -> None:
    with life.event():
        book(
            activity_uid=activity.uid,
            starts_at=life.at(on, FIRST_START) + STEP * life.turn(activity).start,
            minutes=MINUTES.get(ActivityKind(activity.kind), 60),
            place="",
            by=life.journey.coordinator,
            today=day,
            now=now,
        )


def _extend(life: Life, day: date, now: datetime) -> None:
    if day >= life.extended_on + timedelta(days=EXTEND_DAYS):
        with life.event():
            extend_reminders(journey_uid=life.journey.uid, now=now, today=day)
        life.extended_on = day
