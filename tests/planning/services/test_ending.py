"""A journey may end in any stage; nothing is lost and nobody is written to again."""

from datetime import timedelta

import pytest

from journeys.planning.domain.states import EndReason
from journeys.planning.models import Activity, PlanRevision
from journeys.planning.services import end_journey
from journeys.planning.services.refusals import DateInFuture, JourneyNotActive, ReasonMissing
from notifications.models import Reminder
from tests.planning.conftest import activity_of, at


def end(team, journey, today, **changes):
    arguments = {
        "journey_uid": journey.uid,
        "reason": EndReason.PROGRESSION,
        "on": today,
        "note": "",
        "by": team.clinician,
        "today": today,
        "now": at(today),
    }
    return end_journey(**(arguments | changes))


@pytest.fixture
def waiting(team, journey):
    return journey, team.carry_to(journey, "leukapheresis") + timedelta(days=5)


@pytest.mark.feature(22)
def test_what_is_open_is_cancelled_and_nothing_is_deleted(team, waiting):
    journey, today = waiting
    before = journey.activities.count()

    end(team, journey, today)

    journey.refresh_from_db()
    assert (journey.status, journey.end_reason) == ("ended", "progression")
    assert journey.activities.count() == before
    assert not journey.activities.open().exists()
    assert activity_of(journey, "leukapheresis").state == "done"


@pytest.mark.feature(82)
@pytest.mark.parametrize(
    ("reason", "stopped"),
    [
        (EndReason.DEATH, "died"),
        (EndReason.PATIENT_WITHDREW, "withdrew"),
        (EndReason.PROGRESSION, "journey_ended"),
    ],
)
def test_every_message_that_waits_is_suppressed_for_the_reason(team, waiting, reason, stopped):
    journey, today = waiting
    assert Reminder.objects.filter(thread__uid=journey.uid, state="pending").exists()

    end(team, journey, today, reason=reason)

    waiting_rows = Reminder.objects.filter(thread__uid=journey.uid)
    assert not waiting_rows.filter(state__in=["pending", "leased"]).exists()
    reasons = waiting_rows.filter(state="suppressed").values_list("reason", flat=True)
    assert stopped in set(reasons)


@pytest.mark.feature(62)
def test_a_death_is_kept_with_the_patient(team, waiting):
    journey, today = waiting

    end(team, journey, today, reason=EndReason.DEATH, on=today - timedelta(days=1))

    journey.patient.refresh_from_db()
    assert journey.patient.died_on == today - timedelta(days=1)


def test_an_appointment_is_cancelled_with_the_journey(team, waiting):
    journey, today = waiting
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on, today=today)

    end(team, journey, today)

    assert infusion.appointments.get().cancelled_at is not None


def test_an_end_in_the_future_is_refused_and_changes_nothing(team, waiting):
    journey, today = waiting
    revisions = PlanRevision.objects.count()

    with pytest.raises(DateInFuture):
        end(team, journey, today, on=today + timedelta(days=1))

    journey.refresh_from_db()
    assert journey.status == "active"
    assert PlanRevision.objects.count() == revisions
    assert Activity.objects.filter(journey=journey).open().exists()


def test_other_needs_a_note(team, waiting):
    journey, today = waiting

    with pytest.raises(ReasonMissing):
        end(team, journey, today, reason=EndReason.OTHER, note=" ")


def test_a_journey_ends_once(team, waiting):
    journey, today = waiting
    end(team, journey, today)

    with pytest.raises(JourneyNotActive):
        end(team, journey, today)
