"""Two people at the same moment: real threads, real transactions; one wins and the other reads why.

Nothing deadlocks, and no refusal of the database reaches a person as a fault.
"""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from carttrack.accounts.domain import Role
from carttrack.accounts.models import User
from journeys.followup.domain.answers import Mode
from journeys.followup.domain.findings import Findings
from journeys.followup.models import Visit
from journeys.followup.services import AlreadyRecorded, record_visit
from journeys.planning.domain.states import EndReason
from journeys.planning.models import Appointment, Journey
from journeys.planning.services import (
    StalePreview,
    commit,
    extend_reminders,
    move,
    propose,
    record_happened,
    start_journey,
)
from journeys.planning.services.refusals import (
    ActivityNotOpen,
    JourneyNotActive,
    PatientHasActiveJourney,
)
from notifications.models import Reminder
from notifications.services import sweep
from tests.access.world import _live
from tests.factories import (
    activity_of,
    journey_at,
    patient_at,
    published,
    staff,
)
from tests.hostile.racing import ROUNDS, Ward, assert_whole, refusals, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ward(transactional_db) -> Ward:
    return Ward()


def test_of_two_bookings_one_appointment_lives(ward):
    journey = ward.journey()
    activity = activity_of(journey, "leukapheresis")

    for turn in range(10, 10 + 2 * ROUNDS, 2):
        outcomes = together(
            ward.booking(activity, ward.one, turn), ward.booking(activity, ward.other, turn + 1)
        )
        assert not refusals(outcomes)  # the later one replaces the earlier, as a rebooking does

    assert Appointment.objects.filter(activity=activity, cancelled_at=None).count() == 1
    assert_whole(journey)


def test_what_happened_is_recorded_once(ward):
    for _ in range(ROUNDS):
        journey = ward.journey()
        uid = activity_of(journey, "eligibility").uid
        calls = [
            partial(record_happened, activity_uid=uid, on=ward.today, by=by, **ward.clock)
            for by in (ward.one, ward.other)
        ]

        assert refusals(together(*calls)) == [ActivityNotOpen]
        assert_whole(journey)


def test_a_preview_is_committed_once(ward):
    for _ in range(ROUNDS):
        journey = ward.journey()
        uid = activity_of(journey, "leukapheresis").uid
        to_on = ward.today + timedelta(days=20)
        moves = [
            partial(move, activity_uid=uid, to_on=to_on, reason="no_bed", by=by, **ward.clock)
            for by in (ward.one, ward.other, ward.one)
        ]
        token = propose(moves[0]).token
        calls = [partial(commit, one, token=token) for one in moves]

        assert refusals(together(*calls)) == [StalePreview, StalePreview]
        assert journey.revisions.filter(token=token).count() == 1
        assert_whole(journey)


def test_a_second_press_of_the_button_shows_the_new_preview(ward):
    journey = ward.journey()
    uid = activity_of(journey, "leukapheresis").uid
    to_on = ward.today + timedelta(days=20)
    path = reverse("worklist:move", args=[uid])

    def press(user: User) -> int:
        client = Client()
        client.force_login(user)
        token = client.get(path, {"to_on": to_on}).context["form"]["token"].value()
        ready.wait()
        sent = {"to_on": to_on, "token": token, "reason": "other", "note": ""}
        return client.post(path, sent).status_code

    ready = threading.Barrier(2)

    assert sorted(together(partial(press, ward.one), partial(press, ward.other))) == [302, 409]


def test_a_patient_starts_one_journey(ward):
    version = published()
    for _ in range(ROUNDS):
        patient = patient_at(ward.centre)
        calls = [
            partial(
                start_journey,
                patient=patient,
                version=version,
                centre=ward.centre,
                coordinator=by,
                clinician=ward.clinician,
                referred_on=ward.today,
                by=by,
                **ward.clock,
            )
            for by in (ward.one, ward.other)
        ]

        assert refusals(together(*calls)) == [PatientHasActiveJourney]
        assert patient.journeys.count() == 1


def test_the_first_journeys_of_a_centre_start_at_once(ward):
    """Each writes to the same coordinator and clinician, who are not yet known as recipients."""
    version = published()
    calls = [
        partial(
            start_journey,
            patient=patient_at(ward.centre),
            version=version,
            centre=ward.centre,
            coordinator=ward.one,
            clinician=ward.clinician,
            referred_on=ward.today,
            by=ward.one,
            **ward.clock,
        )
        for _ in range(4)
    ]

    assert not refusals(together(*calls))


def test_two_people_who_stand_in_for_each_other_do_not_block(ward):
    """One coordinates what the other treats, and the other way round; both changed address."""
    ward.one, ward.other = (staff(ward.centre) for _ in range(2))
    for user in (ward.one, ward.other):
        staff_role = user.memberships.get()
        type(staff_role).objects.create(
            user=user, centre=ward.centre, role=Role.CLINICIAN, from_on=staff_role.from_on
        )
    pairs = [(ward.one, ward.other), (ward.other, ward.one)] * 2
    journeys = [
        journey_at(ward.centre, coordinator=coordinator, clinician=clinician)
        for coordinator, clinician in pairs
    ]
    for turn in range(ROUNDS):
        for name, user in (("one", ward.one), ("other", ward.other)):
            User.objects.filter(pk=user.pk).update(email=f"{name}{turn}@example.org")
        calls = [
            ward.booking(activity_of(journey, "leukapheresis"), ward.one, 10 + turn)
            for journey in journeys
        ]
        assert not refusals(together(*calls))


def test_an_ended_journey_has_no_booking_left(ward):
    for _ in range(ROUNDS):
        journey = ward.journey()
        activity = activity_of(journey, "leukapheresis")

        outcomes = together(ward.ending(journey), ward.booking(activity, ward.one))

        assert set(refusals(outcomes)) <= {JourneyNotActive}
        assert not Appointment.objects.filter(activity=activity, cancelled_at=None).exists()
        assert not Reminder.objects.live().filter(thread__uid=journey.uid).exists()
        assert_whole(journey)


def test_a_journey_ends_once(ward):
    journey = ward.journey()
    reasons = (EndReason.DEATH, EndReason.PATIENT_WITHDREW)

    outcomes = together(*(ward.ending(journey, reason) for reason in reasons))

    assert refusals(outcomes) == [JourneyNotActive]
    assert_whole(journey)


def test_a_visit_has_one_record(ward):
    journey = ward.journey(days_ago=120)
    _live(journey, ward.clinician)
    activity = activity_of(journey, "return_visit")
    seen = {"seen_on": activity.chosen_on, "mode": Mode.IN_PERSON, "findings": Findings()}
    calls = [
        partial(
            record_visit,
            activity_uid=activity.uid,
            seen_by=ward.clinician,
            by=by,
            timing_reason="late",
            **seen,
            **ward.clock,
        )
        for by in (ward.clinician, ward.one)
    ]
    planned = activity_of(journey, "day_100")
    bookings = [ward.booking(planned, ward.one), ward.booking(planned, ward.other, 11)]

    outcomes = together(*calls, *bookings)

    assert refusals(outcomes) == [AlreadyRecorded]
    assert Visit.objects.count() == 1
    assert_whole(journey)


def test_plans_change_while_sweeps_run(ward):
    journeys = [ward.journey() for _ in range(3)]
    later = ward.now + timedelta(days=40)

    def sweep_often() -> None:
        for _ in range(3):
            sweep(now=later, worker=threading.current_thread().name)

    def change_often(journey: Journey) -> None:
        activity = activity_of(journey, "leukapheresis")
        for days in (41, 44, 47):
            ward.booking(activity, ward.one, days)()
            extend_reminders(journey_uid=journey.uid, now=later, today=later.date())
        ward.ending(journey)()

    outcomes = together(
        sweep_often, sweep_often, *(partial(change_often, journey) for journey in journeys)
    )

    assert not refusals(outcomes), outcomes
    assert not Reminder.objects.live().filter(thread__stopped_at__isnull=False).exists()
    assert not Reminder.objects.filter(state="sending").exists()
    for journey in journeys:
        assert_whole(journey)
