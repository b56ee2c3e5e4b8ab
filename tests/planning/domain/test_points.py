"""The names of points: occurrences, ends of stages, and the last one of several."""

from datetime import date

import pytest

from journeys.planning.domain.pauses import Pause
from journeys.planning.domain.plan import StepKind
from journeys.planning.domain.points import PointNames, UnknownPoint
from journeys.planning.domain.recompute import recompute
from journeys.planning.domain.records import (
    conflict_from_record,
    conflict_record,
    step_from_record,
    step_record,
)
from tests.planning.domain.protocols import (
    ALWAYS_OPEN,
    CAR_T,
    WEEKDAYS,
    booked,
    expected,
    happened,
    plan,
    stage,
)

NAMES = PointNames(
    {"start": [1], "check": [1, 2, 3], "never": []},
    [
        stage("first", "start", "check#last"),
        stage("second", "first.end", "second.start"),
        stage("lost", "lost.end", "lost.start"),
    ],
)


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("start", "start"),
        ("start#1", "start"),
        ("start#last", "start"),
        ("check#2", "check#2"),
        ("check#last", "check#3"),
        ("first.start", "start"),
        ("first.end", "check#3"),
        ("second.start", "check#3"),
        ("second.end", "check#3"),
    ],
)
def test_a_point_has_several_names(name, point):
    assert NAMES.resolve(name) == point
    assert NAMES.resolve(name) == point  # and remembers them
    assert NAMES.knows(name)


@pytest.mark.parametrize("name", ["check#4", "check#0", "never", "never#last", "third.start", ""])
def test_other_names_are_unknown(name):
    assert not NAMES.knows(name)


def test_an_unknown_point_comes_with_what_may_be_meant():
    with pytest.raises(UnknownPoint, match="did you mean start") as caught:
        NAMES.resolve("sart")

    assert caught.value.matches[0] == "start"


def test_numbers_are_suggested_only_to_someone_who_wrote_one():
    with pytest.raises(UnknownPoint) as caught:
        NAMES.resolve("chekc#2")

    assert caught.value.matches[0] == "check#2"
    with pytest.raises(UnknownPoint, match=r"did you mean check\?"):
        NAMES.resolve("chekc")


def test_a_stage_that_is_bounded_by_itself_is_unknown():
    with pytest.raises(UnknownPoint, match=r"unknown point 'lost\.start'$"):
        NAMES.resolve("lost.start")


def test_a_protocol_finds_its_parts_by_code():
    assert CAR_T.activity("infusion").code == "infusion"
    assert CAR_T.stage("monitoring").ends_with == "discharge"
    with pytest.raises(KeyError):
        CAR_T.activity("none")
    with pytest.raises(KeyError):
        CAR_T.stage("none")


def test_steps_and_conflicts_survive_being_stored():
    found = plan(
        booked("infusion", date(2026, 3, 3)),
        expected("product_received", date(2026, 3, 8)),
        happened("day_100", date(2026, 9, 1)),
        open_days=WEEKDAYS,
        today=date(2026, 9, 6),
    )

    assert found.conflicts
    assert stored_and_read(found) == (steps_of(found), found.conflicts)


def steps_of(found):
    return [step for each in found.activities for step in each.why]


def stored_and_read(found):
    """Return the steps and the conflicts of a plan as they come back from their records."""
    return (
        [step_from_record(step_record(step)) for step in steps_of(found)],
        tuple(conflict_from_record(conflict_record(conflict)) for conflict in found.conflicts),
    )


@pytest.mark.feature(21)
def test_what_a_hold_did_survives_being_stored():
    collected = happened("leukapheresis", date(2026, 1, 12))
    late = booked("product_received", date(2026, 8, 1))
    held = Pause(date(2026, 1, 20), date(2026, 1, 30))

    resumed = plan(collected, late, pauses=(held,))
    still_held = plan(collected, pauses=(held,), held_since=date(2026, 2, 2))

    (conflict,) = resumed.conflicts
    assert [clause.held for clause in conflict.because] == [None, 10, None]
    assert StepKind.AWAITING_RESUME in {step.kind for step in steps_of(still_held)}
    for found in (resumed, still_held):
        assert stored_and_read(found) == (steps_of(found), found.conflicts)


def test_a_record_from_before_there_were_holds_is_still_read():
    step = step_from_record(
        {"kind": "offset", "gives": "2026-03-30", "anchor": "infusion", "offset": "P28D"}
    )

    assert (step.kind, step.held) == (StepKind.OFFSET, None)


def test_what_is_undated_has_no_reasons_to_follow():
    with pytest.raises(ValueError, match="no reasons"):
        recompute(plan().activities[0], {}, ALWAYS_OPEN)
