"""A journey is complete when a person says so, and only when everything in it is settled."""

from datetime import timedelta

import pytest

from journeys.planning.models import Journey
from journeys.planning.services import complete_journey, extend_reminders
from journeys.planning.services.refusals import (
    BeforeTheJourney,
    DateInFuture,
    JourneyNotActive,
    StillOpen,
)
from notifications.models import Reminder
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import close, refused


@pytest.fixture
def last_day(team, journey):
    """Return the day after the last window, every visit but the last one settled."""
    infused_on = team.carry_to(journey, "infusion")
    last = activity_of(journey, "year", 15)
    rest = journey.activities.filter(state="planned").exclude(pk=last.pk)
    for activity in rest.exclude(kind="restriction"):
        close(team, activity, "not_needed", infused_on, reason="Seen elsewhere")
    return last.closes_on + timedelta(days=1)


def complete(team, journey, today, **changes):
    arguments = {
        "journey_uid": journey.uid,
        "on": today,
        "by": team.clinician,
        "today": today,
        "now": at(today),
    }
    return complete_journey(**(arguments | changes))


@pytest.mark.feature(24)
@pytest.mark.feature(25)
def test_a_missed_last_visit_does_not_complete_a_journey_but_a_person_does(team, journey, last_day):
    extend_reminders(journey_uid=journey.uid, today=last_day, now=at(last_day))
    assert Journey.objects.get().status == "active"

    close(team, activity_of(journey, "year", 15), "missed", last_day)
    assert Journey.objects.get().status == "active"

    complete(team, journey, last_day)
    journey.refresh_from_db()
    assert (journey.status, journey.ended_on, journey.end_reason) == ("completed", last_day, "")
    assert activity_of(journey, "year", 15).state == "missed"
    assert not Reminder.objects.live().filter(thread__uid=journey.uid).exists()


@pytest.mark.feature(25)
def test_time_alone_completes_nothing(team, journey, last_day):
    with refused(StillOpen, "Still open: Yearly visit"):
        complete(team, journey, last_day)


def test_a_journey_is_completed_on_a_day_that_can_be_and_once(team, journey, last_day):
    close(team, activity_of(journey, "year", 15), "missed", last_day)

    with refused(DateInFuture, "is in the future"):
        complete(team, journey, last_day, on=last_day + timedelta(days=1))
    with refused(BeforeTheJourney, "lies before the referral"):
        complete(team, journey, last_day, on=journey.started_on - timedelta(days=1))
    complete(team, journey, last_day)
    with refused(JourneyNotActive, "has ended"):
        complete(team, journey, last_day)
