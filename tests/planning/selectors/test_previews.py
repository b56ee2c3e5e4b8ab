"""A proposed change in the words and rows of its preview, whatever kind of change it is."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journeys.planning.domain.states import EndReason
from journeys.planning.selectors.previews import preview_of
from journeys.planning.services import end_journey, migrate_journey, propose
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import ask_between, begin_again, hold, shift, version_after


def moved(team, journey, code, *, days, today):
    """Return the preview of moving an activity by days."""
    activity = activity_of(journey, code)
    to_on = activity.chosen_on + timedelta(days=days)
    return preview_of(propose(partial(shift, team, activity, to_on, today)), journey)


def titles(lines):
    return [line.title for line in lines]


@pytest.mark.feature(17)
def test_what_moves_stands_first_and_everything_that_follows_it_after(team, journey, today):
    shown = moved(team, journey, "product_received", days=20, today=today)

    first, *others = shown.lines
    assert (first.title, first.is_what_moves, first.shift) == ("Product received", True, 20)
    assert "Infusion" in titles(others)
    assert not any(line.is_what_moves for line in others)
    assert (shown.to_on - shown.from_on).days == 20
    assert shown.others_moved == sum(line.moves for line in others)
    assert shown.summary.startswith(f"{shown.moved_count} dates move.")


@pytest.mark.feature(17)
def test_a_window_that_breaks_comes_next_and_says_why(team, journey, today):
    shown = moved(team, journey, "return_visit", days=300, today=today)

    broken = [line for line in shown.lines if line.broken]
    assert broken
    assert shown.lines.index(broken[0]) <= 1
    assert broken[0].broken[0] in shown.conflicts


@pytest.mark.feature(17)
def test_bookings_that_have_to_be_made_anew_are_named(team, journey, today):
    infusion = activity_of(journey, "infusion")

    shown = moved(team, journey, "infusion", days=4, today=today)

    (booking,) = shown.released
    assert (booking.title, booking.place) == ("Infusion", "Room 4")
    assert booking.starts_at == at(infusion.chosen_on)
    assert "1 booking has to be made anew." in shown.summary


@pytest.mark.feature(17)
def test_messages_come_with_the_words_their_readers_get(team, journey, today):
    messages = moved(team, journey, "infusion", days=4, today=today).messages

    told = next(line for line in messages.created if line.change.kind == "plan_changed")
    assert (told.to, told.about) == (journey.patient.full_name, "Infusion")
    assert told.row.subject
    assert all(line.row.reason for line in messages.withdrawn)
    assert messages.count == len([*messages.created, *messages.moved, *messages.withdrawn])


def test_what_leaves_the_plan_is_named_apart_from_the_dates(team, journey, today):
    over = partial(
        end_journey,
        journey_uid=journey.uid,
        reason=EndReason.PROGRESSION,
        on=today,
        note="",
        by=team.coordinator,
        today=today,
        now=at(today),
    )

    shown = preview_of(propose(over), journey)

    assert "Infusion" in shown.cancelled
    assert "Infusion" not in titles(shown.lines)
    assert len(shown.cancelled_shown) + shown.cancelled_beyond == len(shown.cancelled)
    assert f"{len(shown.cancelled)} activities leave the plan." in shown.summary


def test_on_hold_dates_wait_and_do_not_move(team, journey, today):
    shown = preview_of(propose(partial(hold, team, journey, today)), journey)

    assert shown.waiting_count
    assert all(line.after.day is None for line in shown.lines if line.waits)
    assert "open until the journey goes on" in shown.summary


def test_another_cycle_names_what_it_adds(team, journey, today):
    shown = preview_of(propose(partial(begin_again, team, journey, today)), journey)

    assert "Leukapheresis" in titles(line for line in shown.lines if line.moves)


def test_an_unscheduled_visit_is_named_by_itself(team, journey, today):
    visit = partial(ask_between, team, journey, today + timedelta(days=2), today)

    shown = preview_of(propose(visit), journey)

    assert titles(shown.lines) == ["Wound check"]
    assert shown.from_on is None
    assert not shown.others_moved


@pytest.mark.feature(8)
def test_a_migration_speaks_in_the_words_of_the_new_version(team, journey, today):
    changes = {"title": {"en": "Back at the centre"}, "offset": "P35D"}
    activities = [
        part | changes if part["code"] == "return_visit" else part
        for part in journey.protocol_version.document["activities"]
    ]
    version = version_after(journey.protocol_version, activities=activities)
    change = partial(
        migrate_journey,
        journey_uid=journey.uid,
        version=version,
        reason="other",
        note="",
        by=team.coordinator,
        today=today,
        now=at(today),
    )

    shown = preview_of(propose(change), journey)

    assert "Back at the centre" in titles(shown.lines)
    assert "Back at the centre" in {line.about for line in shown.messages.moved}


def test_many_dates_cost_hardly_more_queries_than_few(team, journey, today):
    def cost(code):
        activity = activity_of(journey, code)
        to_on = activity.chosen_on + timedelta(days=1)
        proposal = propose(partial(shift, team, activity, to_on, today))
        with CaptureQueriesContext(connection) as queries:
            shown = preview_of(proposal, journey)
        return len(queries), len(shown.lines)

    (few, small), (many, large) = cost("return_visit"), cost("product_received")

    assert large > small
    assert many == few
