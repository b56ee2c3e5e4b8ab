"""The last change of a plan can be taken back, exactly, as long as nothing has come after it."""

from datetime import timedelta

import pytest

from journeys.planning.models import Activity, Appointment, PlanChange, PlanRevision
from journeys.planning.services import book, cancel_booking, last_undoable, unlock
from journeys.planning.services.refusals import JourneyNotActive, NothingToUndo, NotLocked
from notifications.models import Reminder
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import (
    begin_again,
    close,
    days,
    go_on,
    hold,
    refused,
    shift,
    told,
    undo,
)

STANDS = (
    "state",
    "planned_at",
    "happened_on",
    "happened_at",
    "locked_on",
    "lock_kind",
    "locked_by",
    "close_reason",
    "target_on",
    "opens_on",
    "closes_on",
    "chosen_on",
)


@pytest.fixture
def today(team, journey):
    """Return a day in the waiting month."""
    return team.carry_to(journey, "leukapheresis") + timedelta(days=3)


def standing(journey):
    """Return how everything stands, apart from which revision last touched it."""
    live = Appointment.objects.filter(activity__journey=journey, cancelled_at=None)
    return (
        list(journey.activities.order_by("pk").values_list("pk", *STANDS)),
        sorted(live.values_list("uid", "activity", "starts_at", "place")),
        list(journey.cycles.values_list("conflicts", flat=True)),
        list(journey.cycles.get().stages.values_list("code", "state", "started_on", "ended_on")),
    )


def act_of(team, journey, kind, today):
    """Do something that makes a revision of that kind."""
    infusion = activity_of(journey, "infusion")
    acts = {
        "moved": lambda: shift(team, infusion, infusion.chosen_on + timedelta(days=9), today),
        "booked": lambda: team.book(infusion, infusion.chosen_on, today=today),
        "recorded": lambda: team.record(
            activity_of(journey, "product_received"), on=today, today=today, now=at(today)
        ),
        "closed": lambda: close(team, infusion, "skipped", today),
    }
    acts[kind]()


@pytest.mark.parametrize("kind", ["moved", "booked", "recorded", "closed"])
def test_everything_stands_as_before_and_both_changes_stay_on_record(team, journey, today, kind):
    before = standing(journey)
    act_of(team, journey, kind, today)
    done = PlanRevision.objects.latest("pk")
    written = list(PlanChange.objects.order_by("pk").values())

    outcome = undo(team, journey, today)

    assert done.kind == kind
    assert standing(journey) == before
    assert (outcome.revision.kind, outcome.revision.undoes) == ("undone", done)
    assert list(PlanChange.objects.order_by("pk").values())[: len(written)] == written


@pytest.mark.feature(20)
def test_a_booking_that_was_cancelled_holds_again_with_its_own_identity(team, journey, today):
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on, today=today)
    before = standing(journey)
    cancel_booking(
        activity_uid=infusion.uid, reason="No bed", by=team.coordinator, today=today, now=at(today)
    )

    undo(team, journey, today)

    assert standing(journey) == before
    assert told(journey) == 2  # that it was cancelled, and that it holds after all


@pytest.mark.feature(20)
def test_an_appointment_keeps_its_uid_through_a_move_that_is_undone(team, journey, today):
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on, today=today)
    uid = Appointment.objects.get().uid
    product = activity_of(journey, "product_received")
    outcome = shift(team, product, infusion.chosen_on + timedelta(days=3), today)
    assert [each.uid for each in outcome.released] == [uid]

    undo(team, journey, today)

    held = Appointment.objects.get(cancelled_at=None)
    assert (held.uid, held.cancel_reason) == (uid, "")
    assert activity_of(journey, "infusion").state == "booked"
    assert activity_of(journey, "infusion").uid == infusion.uid


@pytest.mark.feature(20)
def test_booking_another_room_at_the_same_hour_is_undone_to_the_first_room(team, journey, today):
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on, today=today)
    first = Appointment.objects.get()
    book(
        activity_uid=infusion.uid,
        starts_at=first.starts_at,
        minutes=90,
        place="Room 9",
        by=team.coordinator,
        today=today,
        now=at(today, 9),
    )

    undo(team, journey, today)

    assert Appointment.objects.get(cancelled_at=None) == first
    assert Appointment.objects.get(place="Room 9").cancel_reason == "undone"


def test_only_what_the_undone_change_cancelled_holds_again(team, journey, today):
    """Everything happens in the same instant, so that no clock can tell the bookings apart."""
    infusion, now = activity_of(journey, "infusion"), at(today)
    hour = {"minutes": 60, "place": "", "by": team.coordinator, "today": today, "now": now}
    for day in (0, 1):
        starts_at = at(infusion.chosen_on + timedelta(days=day))
        book(activity_uid=infusion.uid, starts_at=starts_at, **hour)
        if day == 0:
            cancel_booking(
                activity_uid=infusion.uid, reason="Ill", by=team.coordinator, today=today, now=now
            )

    undo(team, journey, today, now=now)

    assert not Appointment.objects.filter(cancelled_at=None).exists()
    assert activity_of(journey, "infusion").state == "planned"


def test_an_appointment_whose_hour_has_passed_is_not_booked_again(team, journey, today):
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on, today=today)
    close(team, infusion, "missed", infusion.chosen_on)

    undo(team, journey, infusion.chosen_on + timedelta(days=1))

    infusion.refresh_from_db()
    assert (infusion.state, infusion.planned_at) == ("planned", None)
    assert not Appointment.objects.filter(cancelled_at=None).exists()


def test_a_lock_is_given_back_to_whoever_set_it(team, journey, today):
    infusion = activity_of(journey, "infusion")
    shift(team, infusion, infusion.chosen_on + timedelta(days=9), today, by=team.clinician)
    before = standing(journey)
    unlock(activity_uid=infusion.uid, by=team.coordinator, today=today, now=at(today))
    assert activity_of(journey, "infusion").locked_by is None

    undo(team, journey, today)

    assert standing(journey) == before
    assert activity_of(journey, "infusion").locked_by == team.clinician


def test_an_infusion_recorded_by_mistake_is_open_again_with_all_that_hangs_on_it(team, journey):
    today = team.carry_to(journey, "lymphodepletion")
    infusion = activity_of(journey, "infusion")
    known = set(journey.activities.values_list("pk", flat=True))
    team.record(infusion)

    undo(team, journey, infusion.chosen_on)

    infusion.refresh_from_db()
    assert (infusion.state, infusion.happened_on) == ("planned", None)
    late = journey.activities.exclude(pk__in=known)
    assert set(late.values_list("state", flat=True)) <= {"planned", "cancelled"}
    done = journey.activities.filter(state="done").values("uid")
    about_done = Reminder.objects.live().filter(topic__uid__in=done)
    assert {each.kind for each in about_done} <= {"visit_ahead", "bridging_due"}  # what follows
    team.record(infusion, on=infusion.chosen_on + timedelta(days=1))
    assert today <= activity_of(journey, "infusion").happened_on


def test_what_something_came_after_cannot_be_undone(team, journey, today):
    act_of(team, journey, "moved", today)
    journey.refresh_from_db()
    number = journey.plan_version
    act_of(team, journey, "booked", today)

    with refused(NothingToUndo, "something has come after it"):
        undo(team, journey, today, number=number)


def test_undoing_is_not_undone(team, journey, today):
    act_of(team, journey, "moved", today)
    undo(team, journey, today)

    assert last_undoable(journey) is None
    with refused(NothingToUndo, "can no longer be undone"):
        undo(team, journey, today)


@pytest.mark.parametrize("act", [hold, begin_again])
def test_larger_decisions_are_not_undone(team, journey, today, act):
    act(team, journey, today)

    with refused(NothingToUndo, "can no longer be undone"):
        undo(team, journey, today)


def test_resuming_is_not_undone(team, journey, today):
    hold(team, journey, today)
    go_on(team, journey, today)

    with refused(NothingToUndo, "can no longer be undone"):
        undo(team, journey, today)


def test_nothing_is_undone_after_the_end(team, journey, today):
    act_of(team, journey, "moved", today)
    type(journey).objects.filter(pk=journey.pk).update(
        status="ended", ended_on=today, end_reason="progression"
    )

    with refused(JourneyNotActive, "has ended"):
        undo(team, journey, today)


def test_a_date_that_nobody_fixed_cannot_be_unlocked(team, journey, today):
    with refused(NotLocked, "Nobody has fixed this date"):
        unlock(
            activity_uid=activity_of(journey, "infusion").uid,
            by=team.coordinator,
            today=today,
            now=at(today),
        )


def test_unlocking_lets_the_plan_choose_again(team, journey, today):
    before = days(journey)
    infusion = activity_of(journey, "infusion")
    shift(team, infusion, infusion.chosen_on + timedelta(days=9), today)

    unlock(activity_uid=infusion.uid, by=team.coordinator, today=today, now=at(today))

    assert days(journey) == before
    assert Activity.objects.get(pk=infusion.pk).lock_kind == ""
