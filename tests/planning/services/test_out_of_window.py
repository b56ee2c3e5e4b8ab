"""What is recorded too early or too late: told once, and stuck only while something is open."""

from datetime import timedelta
from functools import partial

import pytest

from journeys.planning.selectors.previews import preview_of
from journeys.planning.selectors.wording import title_of
from journeys.planning.services import propose, record_happened
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import close, migrate, shift, undo, version_after


def stuck(journey):
    journey.refresh_from_db()
    return journey.is_stuck


def out_of_window(visit, *, late):
    """Return a day a week after the window of a visit, or a week before it."""
    week = timedelta(days=7)
    return visit.closes_on + week if late else visit.opens_on - week


@pytest.mark.feature(18)
@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("code", ["day_100", "return_visit"])
def test_what_was_recorded_outside_its_window_leaves_no_journey_stuck(team, journey, code, late):
    team.carry_to(journey, "discharge" if code == "return_visit" else "return_visit")
    visit = activity_of(journey, code)

    team.record(visit, on=out_of_window(visit, late=late))

    kept = [each["kind"] for each in journey.cycles.get().conflicts if each["point"] == code]
    assert kept == ["contradiction"]
    assert not stuck(journey)


@pytest.mark.feature(18)
def test_a_booking_outside_its_window_keeps_a_journey_stuck_until_it_has_happened(team, journey):
    today = team.carry_to(journey, "return_visit")
    visit = activity_of(journey, "day_100")
    late = out_of_window(visit, late=True)

    team.book(visit, late, today=today)
    assert stuck(journey)
    team.record(visit, on=late)
    assert not stuck(journey)
    undo(team, journey, late)
    assert stuck(journey)


@pytest.mark.feature(18)
def test_a_booking_outside_its_window_to_which_nobody_came_leaves_no_journey_stuck(team, journey):
    today = team.carry_to(journey, "return_visit")
    visit = activity_of(journey, "day_100")
    late = out_of_window(visit, late=True)
    team.book(visit, late, today=today)

    close(team, visit, "missed", late)

    assert not stuck(journey)


@pytest.mark.feature(18)
def test_a_late_event_keeps_a_journey_stuck_while_something_open_has_no_day_because_of_it(
    team, journey
):
    team.carry_to(journey, "leukapheresis")
    team.record(activity_of(journey, "product_received"))
    first = activity_of(journey, "lymphodepletion")
    team.record(first)
    second, third = (activity_of(journey, "lymphodepletion", number) for number in (2, 3))
    planned = third.chosen_on
    team.book(third, planned, today=first.chosen_on)

    team.record(second, on=planned + timedelta(days=2))
    assert stuck(journey)  # the third day is booked before the second one was given

    team.record(third, on=planned + timedelta(days=3))
    assert not stuck(journey)


@pytest.mark.feature(18)
def test_a_late_event_that_leaves_an_open_activity_without_a_day_keeps_a_journey_stuck(
    team, journey
):
    collected_on = team.carry_to(journey, "leukapheresis")
    constraints = journey.protocol_version.document["constraints"]
    expires = {
        "earlier": "leukapheresis",
        "later": "infusion",
        "max": "P60D",
        "why": "cells are given within sixty days",
        "source": "Invented for this test",
    }
    version = version_after(journey.protocol_version, constraints=[*constraints, expires])
    migrate(team, journey, version, collected_on)
    team.record(activity_of(journey, "product_received"))
    for number in (1, 2, 3):
        late = collected_on + timedelta(days=60 + number)
        team.record(activity_of(journey, "lymphodepletion", number), on=late)

    assert stuck(journey)  # the infusion is open, and no day is left for it

    team.record(activity_of(journey, "infusion"), on=late + timedelta(days=3))
    assert not stuck(journey)


@pytest.mark.feature(17)
def test_only_the_preview_of_recording_it_says_that_a_visit_was_outside_its_window(team, journey):
    team.carry_to(journey, "return_visit")
    visit = activity_of(journey, "day_100")
    title, late = title_of(visit), out_of_window(visit, late=True)
    arguments = {"activity_uid": visit.uid, "by": team.clinician, "today": late, "now": at(late)}
    recording = propose(partial(record_happened, on=late, **arguments))
    (said,) = [each for each in preview_of(recording, journey).conflicts if title in each]
    assert "7 days too late" in said

    team.record(visit, on=late)
    later = activity_of(journey, "month_6")
    moving = propose(partial(shift, team, later, later.chosen_on + timedelta(days=1), late))

    assert not [each for each in preview_of(moving, journey).conflicts if title in each]
