"""What the database keeps beside a patient says what their plan says."""

from datetime import date, timedelta

import pytest
from django.db.models import Min

from journeys.patients.models import Patient
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState, JourneyStatus
from journeys.planning.models import Activity, Journey
from tests.factories import CentreFactory, PatientFactory, centre_now, journey_at

pytestmark = pytest.mark.django_db


def next_on(journey: Journey) -> date | None:
    return Patient.objects.get(pk=journey.patient_id).next_on


def first_open_day(journey: Journey) -> date | None:
    rows = Activity.objects.open().exclude(kind=ActivityKind.RESTRICTION)
    return rows.filter(journey=journey).aggregate(first=Min("chosen_on"))["first"]


def test_the_first_open_day_of_a_plan_is_what_comes_next():
    journey = journey_at(CentreFactory())

    assert next_on(journey) == first_open_day(journey) is not None
    assert Patient.objects.get(pk=journey.patient_id).started_on == journey.started_on


@pytest.mark.parametrize("state", list(ActivityState))
def test_each_state_counts_as_the_lists_count_it(state):
    journey = journey_at(CentreFactory())
    first = journey.activities.open().order_by("chosen_on", "pk").first()

    Activity.objects.filter(pk=first.pk).update(
        state=state,
        chosen_on=first.chosen_on - timedelta(days=900),
        planned_at=centre_now(journey.centre),
        happened_on=first.chosen_on if state == ActivityState.DONE else None,
        close_reason="for the test",
    )

    assert next_on(journey) == first_open_day(journey)


def test_a_restriction_is_nothing_that_comes_next():
    journey = journey_at(CentreFactory())
    first = journey.activities.open().order_by("chosen_on", "pk").first()

    Activity.objects.filter(pk=first.pk).update(kind=ActivityKind.RESTRICTION, chosen_on=date.min)

    assert next_on(journey) == first_open_day(journey) > date.min


def test_many_rows_written_at_once_are_followed():
    centre = CentreFactory()
    journeys = [journey_at(centre), journey_at(centre)]

    Activity.objects.filter(journey__in=journeys).update(chosen_on=date(2031, 2, 28))

    assert {next_on(journey) for journey in journeys} == {date(2031, 2, 28)}


def test_nothing_comes_next_after_the_end():
    journey = journey_at(CentreFactory())
    Journey.objects.filter(pk=journey.pk).update(
        status=JourneyStatus.ENDED, ended_on=journey.started_on, end_reason="other"
    )

    assert next_on(journey) is None
    assert Patient.objects.get(pk=journey.patient_id).started_on == journey.started_on


def test_who_has_no_journey_has_neither_day():
    patient = PatientFactory()
    patient.refresh_from_db()

    assert (patient.next_on, patient.started_on) == (None, None)
