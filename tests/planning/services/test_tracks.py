"""The follow-up of a journey can be chosen among those that its protocol offers."""

from datetime import timedelta

import pytest

from journeys.planning.models import Appointment
from journeys.planning.services.refusals import (
    NoSuchTrack,
    ReasonMissing,
)
from tests.planning.conftest import activity_of
from tests.planning.services.acts import (
    follow,
    refused,
    shift,
    told,
)


@pytest.mark.feature(6)
def test_another_follow_up_cancels_and_adds_its_visits_and_shows_both(team, journey, followed):
    shorter = follow(team, journey, "short-5", followed)
    states = journey.activities.filter(code="year").order_by("occurrence")

    assert list(states.values_list("state", flat=True)) == ["planned"] * 5 + ["cancelled"] * 10
    kinds = {change.point: change.kind for change in shorter.changes}
    assert (kinds["year#6"], len(kinds)) == ("removed", 10)

    registry = follow(team, journey, "registry", followed)

    planned = states.filter(state="planned").values_list("occurrence", flat=True)
    assert list(planned) == [1, 2, 3, 4, 5, 6, 8, 10, 12, 14]
    added = [change.point for change in registry.changes if change.kind == "added"]
    assert added == ["year#6", "year#8", "year#10", "year#12", "year#14"]


@pytest.mark.feature(6)
def test_what_was_done_booked_or_fixed_of_the_former_follow_up(team, journey, followed):
    team.record(activity_of(journey, "year", 1))
    today = activity_of(journey, "year", 1).happened_on
    booked, locked = activity_of(journey, "year", 7), activity_of(journey, "year", 9)
    team.book(booked, booked.chosen_on, today=today)
    shift(team, locked, locked.chosen_on + timedelta(days=3), today)

    outcome = follow(team, journey, "short-5", today)

    assert [each.activity.point for each in outcome.released] == ["year#7"]
    for number in (7, 9):
        visit = activity_of(journey, "year", number)
        assert (visit.state, visit.locked_on, visit.planned_at) == ("cancelled", None, None)
    assert activity_of(journey, "year", 1).state == "done"
    assert told(journey) == 1
    assert not Appointment.objects.filter(cancelled_at=None, activity=booked).exists()


def test_a_follow_up_that_cannot_be_is_refused(team, journey, followed):
    with refused(NoSuchTrack, "offers no such follow-up"):
        follow(team, journey, "never", followed)
    with refused(ReasonMissing, "Give a reason"):
        follow(team, journey, "short-5", followed, reason=" ")
