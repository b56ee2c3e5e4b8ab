"""A journey on hold has no dates and sends no reminders; afterwards its days did not count."""

from datetime import date, timedelta

import pytest

from journeys.planning.domain.states import HoldReason
from journeys.planning.models import Appointment, Hold
from journeys.planning.services import extend_reminders
from journeys.planning.services.refusals import (
    AfterTheInfusion,
    AlreadyOnHold,
    BeforeTheHold,
    BeforeTheJourney,
    DateInFuture,
    DateInPast,
    HeldThen,
    JourneyNotActive,
    NotOnHold,
    ReasonMissing,
)
from notifications.models import Reminder
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import (
    days,
    everything,
    go_on,
    hold,
    refused,
    shift,
    told,
    waiting,
)


@pytest.fixture
def held_at(team, journey):
    """Return the day, in the waiting month, on which a journey can be put on hold."""
    return team.carry_to(journey, "leukapheresis") + timedelta(days=6)


def open_days_of(journey):
    return days(journey, state__in=["planned", "booked"])


@pytest.mark.feature(21)
def test_what_is_open_awaits_resuming_and_what_happened_stays(team, journey, held_at):
    done = days(journey, state="done")

    outcome = hold(team, journey, held_at)

    assert set(open_days_of(journey).values()) == {(None, None, None, None)}
    assert days(journey, state="done") == done
    assert activity_of(journey, "infusion").why == [
        {"kind": "awaiting_resume", "gives": held_at.isoformat()}
    ]
    revision = outcome.revision
    assert (revision.kind, revision.reason) == ("held", "infection")


@pytest.mark.feature(21)
def test_days_on_hold_do_not_count(team, journey, held_at):
    before = open_days_of(journey)
    hold(team, journey, held_at)

    go_on(team, journey, held_at + timedelta(days=14))

    fortnight = timedelta(days=14)
    target, opens, closes, _chosen = before["product_received"]
    assert open_days_of(journey)["product_received"][:3] == (
        target + fortnight,
        opens,
        closes + fortnight,
    )
    assert open_days_of(journey)["infusion"][3] >= before["infusion"][3] + fortnight


@pytest.mark.feature(21)
@pytest.mark.feature(82)
def test_reminders_are_withdrawn_for_the_hold_and_planned_again_afterwards(team, journey, held_at):
    infusion = activity_of(journey, "infusion")
    shift(team, infusion, infusion.chosen_on, held_at)  # an own day of the plan's choice
    before = waiting(journey)
    withdrawn = Reminder.objects.live().filter(topic__uid=infusion.uid)
    kept = set(withdrawn.values_list("pk", flat=True))

    hold(team, journey, held_at + timedelta(days=1))

    assert {"product_received"} <= before - waiting(journey)
    product = activity_of(journey, "product_received")
    reasons = Reminder.objects.filter(topic__uid=product.uid).values_list("state", "reason")
    assert set(reasons) == {("suppressed", "on_hold")}
    assert kept == set(withdrawn.values_list("pk", flat=True))  # its day is a person's, and stays

    go_on(team, journey, held_at + timedelta(days=9))

    assert waiting(journey) >= before


@pytest.mark.feature(82)
def test_nothing_is_due_while_the_journey_is_on_hold(team, journey, held_at):
    hold(team, journey, held_at)

    for later in (30, 80, 200):
        today = held_at + timedelta(days=later)
        extend_reminders(journey_uid=journey.uid, today=today, now=at(today))

    live = Reminder.objects.live().filter(thread__uid=journey.uid)
    assert not live.filter(due_at__lte=at(today)).exists()


@pytest.mark.feature(21)
def test_bookings_are_released_by_name_and_the_patient_is_told_once(team, journey, held_at):
    near, far = activity_of(journey, "product_received"), activity_of(journey, "infusion")
    steps = [activity_of(journey, "lymphodepletion", number) for number in (1, 2)]
    for step in steps:
        team.book(step, step.chosen_on, today=held_at)
    team.book(far, far.chosen_on, today=held_at)
    said = told(journey)

    outcome = hold(team, journey, held_at)

    assert {each.activity.point for each in outcome.released} == {
        "lymphodepletion",
        "lymphodepletion#2",
        "infusion",
    }
    assert told(journey) == said + 1
    assert not Appointment.objects.filter(cancelled_at=None).exists()
    assert set(Appointment.objects.values_list("cancel_reason", flat=True)) == {"infection"}
    near.refresh_from_db()
    assert near.state == "planned"


def test_a_booking_after_the_expected_day_is_kept(team, journey, held_at):
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on, today=held_at)

    outcome = hold(team, journey, held_at, expected_on=infusion.chosen_on)

    infusion.refresh_from_db()
    assert outcome.released == ()
    assert (infusion.state, told(journey)) == ("booked", 0)
    assert infusion.chosen_on == infusion.planned_at.date()


def test_a_day_that_a_person_fixed_stays_through_the_hold(team, journey, held_at):
    product = activity_of(journey, "product_received")
    promised = product.chosen_on + timedelta(days=3)
    shift(team, product, promised, held_at)

    hold(team, journey, held_at)
    product.refresh_from_db()
    during = product.chosen_on
    go_on(team, journey, held_at + timedelta(days=5))

    product.refresh_from_db()
    assert during == product.chosen_on == promised
    assert product.locked_by == team.coordinator


def test_a_hold_noted_late_counts_from_its_first_day(team, journey, held_at):
    target = days(journey)["product_received"][0]

    hold(team, journey, held_at, from_on=held_at - timedelta(days=4))
    go_on(team, journey, held_at + timedelta(days=3), on=held_at + timedelta(days=1))

    assert days(journey)["product_received"][0] == target + timedelta(days=5)


def test_resuming_on_the_first_day_changes_no_date(team, journey, held_at):
    before = days(journey)
    hold(team, journey, held_at)

    go_on(team, journey, held_at)

    assert days(journey) == before
    assert Hold.objects.get().until_on == held_at


def test_a_second_hold_adds_its_days_to_the_first(team, journey, held_at):
    target = days(journey)["product_received"][0]
    hold(team, journey, held_at)
    again = held_at + timedelta(days=4)
    go_on(team, journey, again)

    hold(team, journey, again, reason=HoldReason.BRIDGING)
    go_on(team, journey, again + timedelta(days=3))

    assert days(journey)["product_received"][0] == target + timedelta(days=7)
    assert list(Hold.objects.values_list("reason", flat=True)) == ["infection", "bridging"]


@pytest.mark.feature(4)
@pytest.mark.feature(21)
@pytest.mark.parametrize(("year", "length"), [(2027, 5), (2028, 6)])
def test_a_hold_over_the_end_of_february_counts_its_own_days(team, year, length):
    journey = team.refer(on=date(year, 1, 7), number=year)
    team.carry_to(journey, "leukapheresis")
    target = days(journey)["product_received"][0]

    hold(team, journey, date(year, 2, 25))
    go_on(team, journey, date(year, 3, 2))

    assert days(journey)["product_received"][0] == target + timedelta(days=length)


def test_what_happens_during_the_hold_is_recorded_all_the_same(team, journey, held_at):
    hold(team, journey, held_at)
    arrived_on = held_at + timedelta(days=20)

    team.record(activity_of(journey, "product_received"), on=arrived_on)

    assert activity_of(journey, "product_received").happened_on == arrived_on
    assert activity_of(journey, "infusion").chosen_on is None


@pytest.mark.parametrize(
    "case",
    [
        ({"from_on": 1}, DateInFuture, "is in the future"),
        ({"from_on": -300}, BeforeTheJourney, "lies before the referral"),
        ({"expected_on": 0}, DateInPast, "that day is over"),
        ({"reason": HoldReason.OTHER}, ReasonMissing, "Give a reason"),
        ({"reason": HoldReason.OTHER, "note": "  "}, ReasonMissing, "Give a reason"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(team, journey, held_at, case):
    changes, refusal, sentence = case
    moved = {
        key: held_at + timedelta(days=value) if isinstance(value, int) else value
        for key, value in changes.items()
    }

    with refused(refusal, sentence):
        hold(team, journey, held_at, **moved)


def test_a_journey_is_held_once_at_a_time(team, journey, held_at):
    hold(team, journey, held_at)

    with refused(AlreadyOnHold, "is on hold. Resume it first"):
        hold(team, journey, held_at + timedelta(days=1))


def test_two_holds_never_overlap(team, journey, held_at):
    hold(team, journey, held_at)
    again = held_at + timedelta(days=4)
    go_on(team, journey, again)

    with refused(HeldThen, "was on hold then already"):
        hold(team, journey, again, from_on=held_at + timedelta(days=3))


def test_after_the_infusion_nothing_is_held(team, journey):
    infused_on = team.carry_to(journey, "infusion")

    with refused(AfterTheInfusion, "After the infusion the clock cannot be stopped"):
        hold(team, journey, infused_on)


@pytest.mark.parametrize(
    "case",
    [(1, DateInFuture, "is in the future"), (-1, BeforeTheHold, "lies before the hold began")],
)
def test_a_day_of_resuming_that_cannot_be_is_refused(team, journey, held_at, case):
    shifted, refusal, sentence = case
    hold(team, journey, held_at)

    with refused(refusal, sentence):
        go_on(team, journey, held_at, on=held_at + timedelta(days=shifted))


def test_only_what_is_held_can_be_resumed(team, journey, held_at):
    with refused(NotOnHold, "is not on hold"):
        go_on(team, journey, held_at)


def test_a_journey_that_has_ended_is_neither_held_nor_resumed(team, journey, held_at):
    type(journey).objects.filter(pk=journey.pk).update(
        status="ended", ended_on=held_at, end_reason="progression"
    )
    before = everything()

    for act in (hold, go_on):
        with pytest.raises(JourneyNotActive):
            act(team, journey, held_at)

    assert everything() == before
