"""What the day brought is written down: the same day, weeks later, or never."""

from datetime import date, datetime, timedelta

from carttrack.simulation.fates import INFUSION, Making
from carttrack.simulation.life import Life
from carttrack.simulation.mornings import morning_days, wants_booking
from carttrack.simulation.witness import Witness
from journeys.followup.domain.answers import Answer, Mode
from journeys.followup.domain.findings import Findings
from journeys.followup.services import record_visit
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity
from journeys.planning.services import (
    accept_out_of_specification,
    check_gate_item,
    close_without,
    complete_journey,
    open_gate_items,
    record_happened,
)
from journeys.planning.workspace import load

TIMING_REASON = "As agreed with the patient"
TOMORROW = timedelta(days=1)


def afternoon(life: Life, witness: Witness, *, day: date, now: datetime) -> None:
    """Record what took place, then find the next day on which something is up."""
    _write_what_is_owed(life, day, now)
    for activity in life.open_activities():
        on = life.day_of(activity)
        if on is not None and on <= day:
            _take_place(life, activity, on, witness=witness, day=day, now=now)
    left = life.open_activities()
    _complete(life, left, day, now)
    life.next_on = None if life.is_over else _next_day(life, left, day)


def _take_place(
    life: Life, activity: Activity, on: date, *, witness: Witness, day: date, now: datetime
) -> None:
    """Let one activity take place, or not."""
    if activity.kind != ActivityKind.VISIT:
        _record(life, activity, on=day, day=day, now=now)
        return
    if not life.once(f"visit {activity.point} {on}"):
        return  # nobody has written it down yet, or ever will
    witness.look(activity, on)
    turn = life.turn(activity)
    if turn.recorded_after is None:
        return
    write_on = day + timedelta(days=turn.recorded_after)
    seen_on = on if turn.comes or not life.once(f"no-show {activity.point}") else None
    life.owed.append((activity.uid, seen_on, write_on))
    _write_what_is_owed(life, day, now)


def _write_what_is_owed(life: Life, day: date, now: datetime) -> None:
    ready = [each for each in life.owed if each[2] <= day]
    life.owed = [each for each in life.owed if each[2] > day]
    for uid, seen_on, _write_on in ready:
        activity = Activity.objects.get(uid=uid)
        if not activity.is_open:
            continue
        if seen_on is None:
            _close(life, activity, day, now)
        else:
            _record_visit(life, activity, seen_on, day, now)


def _close(life: Life, activity: Activity, day: date, now: datetime) -> None:
    with life.event():
        close_without(
            activity_uid=activity.uid,
            state=ActivityState.MISSED,
            reason="Did not come",
            by=life.journey.coordinator,
            today=day,
            now=now,
        )


def _record(life: Life, activity: Activity, *, on: date, day: date, now: datetime) -> None:
    """Record what is no visit, with whatever its gate asks for."""
    with life.event():
        _meet_gates(life, activity, now)
        record_happened(
            activity_uid=activity.uid,
            on=on,
            at=activity.planned_at if life.day_of(activity) == on else None,
            by=life.journey.clinician,
            today=day,
            now=now,
        )
        life.note(activity, on)


def _meet_gates(life: Life, activity: Activity, now: datetime) -> None:
    """Check what must be in place; a product that missed its specification is accepted first."""
    if not life.has_gate(activity):
        return
    space = load(life.journey.uid, for_update=False)
    row = space.activities[activity.point]
    if activity.code == INFUSION and life.attempt.making is Making.ACCEPTED:
        accept_out_of_specification(
            journey_uid=life.journey.uid,
            reason="No other product can be made in time",
            by=life.journey.clinician,
            now=now,
        )
    for item in open_gate_items(space, row):
        check_gate_item(
            journey_uid=life.journey.uid,
            stage=item.stage,
            item=item.code,
            evidence="Form in the record",
            by=life.journey.clinician,
            now=now,
        )


def _record_visit(life: Life, activity: Activity, on: date, day: date, now: datetime) -> None:
    needed = bool(life.fate.intensive_care)
    with life.event():
        record_visit(
            activity_uid=activity.uid,
            seen_on=on,
            mode=Mode.IN_PERSON,
            seen_by=life.journey.clinician,
            findings=Findings(intensive_care=Answer.YES if needed else Answer.NO),
            by=life.journey.clinician,
            today=day,
            now=now,
            timing_reason=TIMING_REASON,
        )
        life.note(activity, on)


def _complete(life: Life, left: list[Activity], day: date, now: datetime) -> None:
    """Complete a journey when nothing is left to come."""
    if not left and INFUSION in life.happened and not life.is_over:
        with life.event():
            complete_journey(
                journey_uid=life.journey.uid,
                on=day,
                by=life.journey.clinician,
                today=day,
                now=now,
            )
            life.is_over, life.ended_at = True, now


def _next_day(life: Life, left: list[Activity], day: date) -> date:
    days = [write_on for _uid, _seen_on, write_on in life.owed]
    days += morning_days(life, left)
    for activity in left:
        on = life.day_of(activity)
        if on is not None and (on > day or activity.kind != ActivityKind.VISIT):
            days.append(max(on, day + TOMORROW))
        if wants_booking(life, activity, day):
            days.append(day + TOMORROW)
    return min(each for each in days if each > day)
