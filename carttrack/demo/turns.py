"""What turns an invented journey: a time on hold, another cycle, a visit in between."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from carttrack.demo.cohort import Turn
from carttrack.demo.life import Life, happened_on
from journeys.planning.domain.states import CycleReason, HoldReason
from journeys.planning.services import (
    Outcome,
    add_unscheduled,
    commit,
    propose,
    put_on_hold,
    resume,
    start_cycle,
)

# The day after a visit was asked for; nobody comes on the day of the call.
VISIT_AHEAD = timedelta(days=1)


def turn_days(life: Life) -> Iterator[date]:
    """Yield the days on which a journey turns, as far as they are known."""
    for turn in life.patient.story.turns:
        happened = happened_on(life, turn.after)
        if happened:
            yield happened + timedelta(days=turn.days)


def take_turns(life: Life, *, day: date, now: datetime) -> None:
    """Carry out what turns the journey on this day, each through a preview of its own."""
    for turn in life.patient.story.turns:
        happened = happened_on(life, turn.after)
        if happened and day == happened + timedelta(days=turn.days):
            change = _change(life, turn, day=day, now=now)
            commit(change, token=propose(change).token)


def _change(life: Life, turn: Turn, *, day: date, now: datetime) -> Callable[[], Outcome]:
    by = life.journey.coordinator
    uid = life.journey.uid
    if turn.does == "hold":
        return partial(
            put_on_hold,
            journey_uid=uid,
            reason=HoldReason(turn.reason),
            from_on=day,
            expected_on=day + timedelta(days=turn.expected) if turn.expected else None,
            note=turn.note,
            by=by,
            today=day,
            now=now,
        )
    if turn.does == "resume":
        return partial(resume, journey_uid=uid, on=day, by=by, today=day, now=now)
    if turn.does == "again":
        return partial(
            start_cycle,
            journey_uid=uid,
            reason=CycleReason(turn.reason),
            from_stage=turn.stage,
            on=day,
            note=turn.note,
            by=by,
            today=day,
            now=now,
        )
    return partial(
        add_unscheduled,
        journey_uid=uid,
        title=turn.note,
        on=day + VISIT_AHEAD,
        by=by,
        today=day,
        now=now,
    )
