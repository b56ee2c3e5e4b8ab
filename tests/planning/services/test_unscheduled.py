"""A visit between the scheduled ones: it moves nothing, and all can be done with it."""

from datetime import timedelta

import pytest

from journeys.planning.models import Appointment
from journeys.planning.services import commit, propose
from journeys.planning.services.refusals import (
    BeyondTheHorizon,
    DateInPast,
    JourneyNotActive,
    ReasonMissing,
)
from notifications.models import Reminder
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import (
    begin_again,
    close,
    come_between,
    days,
    go_on,
    hold,
    refused,
    shift,
    undo,
)

SCHEDULED = {"title": ""}


@pytest.fixture
def today(team, journey):
    return team.carry_to(journey, "leukapheresis") + timedelta(days=3)


@pytest.fixture
def visit(team, journey, today):
    return come_between(team, journey, today + timedelta(days=5), today)


def live(visit):
    return Reminder.objects.live().filter(topic__uid=visit.uid)


@pytest.mark.feature(23)
def test_it_moves_nothing_and_stands_in_the_stage_that_goes_on(team, journey, today):
    before = days(journey)

    visit = come_between(team, journey, today + timedelta(days=5), today)

    assert days(journey, **SCHEDULED) == before
    assert visit.chosen_on == today + timedelta(days=5)
    assert (visit.stage.code, visit.title, visit.state) == (
        "manufacturing",
        "Wound check",
        "planned",
    )
    assert journey.revisions.latest("number").kind == "added"


@pytest.mark.feature(23)
def test_moving_recording_and_closing_it_moves_nothing_else(team, journey, today, visit):
    before = days(journey, **SCHEDULED)
    other = come_between(team, journey, today + timedelta(days=6), today)

    outcome = shift(team, visit, today + timedelta(days=9), today)
    team.book(visit, today + timedelta(days=10), today=today)
    team.record(visit, on=today + timedelta(days=10))
    close(team, other, "missed", today + timedelta(days=10))

    assert [change.point for change in outcome.changes] == [visit.point]
    visit.refresh_from_db()
    assert (visit.state, visit.happened_on) == ("done", today + timedelta(days=10))
    other.refresh_from_db()
    assert (other.state, other.occurrence) == ("missed", 2)
    moved = {point for point, dates in days(journey, **SCHEDULED).items() if dates != before[point]}
    assert moved == set()


@pytest.mark.feature(17)
def test_its_move_is_previewed_like_any_other(team, journey, today, visit):
    to_on = today + timedelta(days=9)

    proposal = propose(lambda: shift(team, visit, to_on, today))
    commit(lambda: shift(team, visit, to_on, today), token=proposal.token)

    assert [(change.point, change.after.chosen) for change in proposal.changes] == [
        (visit.point, to_on)
    ]
    visit.refresh_from_db()
    assert visit.chosen_on == to_on


def test_its_booking_is_a_fact_and_its_cancellation_keeps_the_day(team, journey, today, visit):
    team.book(visit, today + timedelta(days=7), today=today)

    visit.refresh_from_db()
    assert (visit.state, visit.chosen_on) == ("booked", today + timedelta(days=7))
    outcome = shift(team, visit, today + timedelta(days=8), today)
    assert [each.activity_id for each in outcome.released] == [visit.pk]
    visit.refresh_from_db()
    assert (visit.state, visit.chosen_on) == ("planned", today + timedelta(days=8))


def test_undoing_its_move_gives_its_day_back(team, journey, today, visit):
    shift(team, visit, today + timedelta(days=9), today)

    undo(team, journey, today)

    visit.refresh_from_db()
    assert (visit.chosen_on, visit.locked_on) == (today + timedelta(days=5), None)


def test_undoing_its_booking_gives_its_day_back(team, journey, today, visit):
    team.book(visit, today + timedelta(days=7), today=today)

    undo(team, journey, today)

    visit.refresh_from_db()
    assert (visit.state, visit.chosen_on) == ("planned", today + timedelta(days=5))
    assert not Appointment.objects.filter(activity=visit, cancelled_at=None).exists()


def test_undoing_its_record_opens_it_again(team, journey, today, visit):
    team.record(visit, on=today + timedelta(days=5))

    undo(team, journey, today + timedelta(days=5), now=at(today + timedelta(days=5), 20))

    visit.refresh_from_db()
    assert (visit.state, visit.happened_on) == ("planned", None)


@pytest.mark.feature(76)
def test_the_patient_is_reminded_of_it_under_a_neutral_title(team, journey, today, visit):
    team.book(visit, today + timedelta(days=7), today=today)

    assert {row.kind for row in live(visit)} >= {"appointment_booked", "visit_soon"}
    close(team, visit, "not_needed", today)
    assert not live(visit).exists()


def test_a_hold_leaves_its_day_alone(team, journey, today, visit):
    hold(team, journey, today)
    during = come_between(team, journey, today + timedelta(days=2), today)
    go_on(team, journey, today + timedelta(days=1))

    for row, day in ((visit, 5), (during, 2)):
        row.refresh_from_db()
        assert row.chosen_on == today + timedelta(days=day)


def test_it_belongs_to_its_cycle(team, journey, today, visit):
    begin_again(team, journey, today)

    visit.refresh_from_db()
    assert visit.state == "cancelled"
    again = come_between(team, journey, today + timedelta(days=5), today)
    assert (again.cycle.number, again.occurrence) == (2, 1)


@pytest.mark.feature(23)
def test_it_can_come_in_the_middle_of_follow_up(team, journey):
    today = team.carry_to(journey, "return_visit") + timedelta(days=10)
    before = days(journey)

    visit = come_between(team, journey, today, today)
    team.record(visit, on=today)

    assert days(journey, **SCHEDULED) == before
    assert activity_of(journey, "day_100").state == "planned"


@pytest.mark.parametrize(
    "case",
    [
        ({"title": "  "}, ReasonMissing, "Give a reason"),
        ({"on": -1}, DateInPast, "Wound check cannot be planned on"),
        ({"on": 20_000}, BeyondTheHorizon, "too far away"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(team, journey, today, case):
    changes, refusal, sentence = case
    moved = {
        key: today + timedelta(days=value) if isinstance(value, int) else value
        for key, value in changes.items()
    }

    with refused(refusal, sentence):
        come_between(team, journey, **({"on": today} | moved), today=today)


def test_no_visit_is_added_after_the_end(team, journey, today):
    type(journey).objects.filter(pk=journey.pk).update(
        status="ended", ended_on=today, end_reason="progression"
    )

    with refused(JourneyNotActive, "has ended"):
        come_between(team, journey, today, today)
