"""The timeline as it was known at an earlier moment."""

from datetime import timedelta
from functools import partial

import pytest

from journeys.planning.domain.states import CycleReason, HoldReason, MoveReason
from journeys.planning.models import Journey
from journeys.planning.selectors.timeline import timeline
from journeys.planning.services import move, put_on_hold, start_cycle
from tests.planning.conftest import activity_of, at


def rows_of(shown):
    """Return what a person sees of each row; the reasons behind old dates are not shown."""
    return {
        (row.code, row.occurrence): (row.state, row.day, row.opens_on, row.closes_on, row.starts_at)
        for row in shown.rows
    }


def test_what_was_known_before_a_change_is_shown_as_it_was(team, journey):
    collected_on = team.carry_to(journey, "leukapheresis")
    today = collected_on + timedelta(days=4)
    steps = [
        partial(
            team.book, activity_of(journey, "infusion"), today + timedelta(days=60), today=today
        ),
        partial(
            move,
            activity_uid=activity_of(journey, "product_received").uid,
            to_on=today + timedelta(days=40),
            reason=MoveReason.PRODUCT_LATE,
            by=team.coordinator,
            today=today + timedelta(days=1),
            now=at(today + timedelta(days=1)),
        ),
        partial(
            put_on_hold,
            journey_uid=journey.uid,
            reason=HoldReason.INFECTION,
            from_on=today + timedelta(days=2),
            expected_on=None,
            by=team.coordinator,
            today=today + timedelta(days=2),
            now=at(today + timedelta(days=2)),
        ),
    ]
    known = []
    for number, step in enumerate(steps):
        day = today + timedelta(days=number)
        known.append((at(day, 7), timeline(journey.uid, today=day)))
        step()

    for moment, then in known:
        shown = timeline(journey.uid, today=moment.date(), known_at=moment)
        assert rows_of(shown) == rows_of(then)
        assert shown.conflicts == then.conflicts
        assert [(s.code, s.mark, s.starts_on, s.ends_on) for s in shown.stages] == [
            (s.code, s.mark, s.starts_on, s.ends_on) for s in then.stages
        ]


def test_a_cycle_that_began_later_is_not_known_yet(team, journey):
    collected_on = team.carry_to(journey, "leukapheresis")
    today = collected_on + timedelta(days=20)
    before = timeline(journey.uid, today=today)
    start_cycle(
        journey_uid=journey.uid,
        reason=CycleReason.MANUFACTURING_FAILURE,
        from_stage="leukapheresis",
        on=today,
        by=team.coordinator,
        today=today,
        now=at(today),
    )

    shown = timeline(journey.uid, today=today, known_at=at(today, 7))

    assert shown.chain_of_identity == before.chain_of_identity
    assert rows_of(shown) == rows_of(before)
    assert timeline(journey.uid, today=today).chain_of_identity != before.chain_of_identity


def test_nothing_is_known_before_the_referral(journey):
    with pytest.raises(Journey.DoesNotExist):
        timeline(journey.uid, today=journey.started_on, known_at=at(journey.started_on, 1))
