"""A move is proposed, previewed whole and committed with its token."""

from datetime import timedelta
from functools import partial

import pytest

from journeys.planning import services
from journeys.planning.domain.states import MoveReason
from journeys.planning.models import Activity, PlanRevision
from journeys.planning.services import StalePreview, move
from journeys.planning.services.refusals import DateInPast, JourneyNotActive, ReasonMissing
from notifications.models import Recipient, Reminder
from tests.planning.conftest import activity_of, at


@pytest.fixture
def waiting(team, journey):
    """A journey in the waiting month, and the day on which the product turns out to be late."""
    collected_on = team.carry_to(journey, "leukapheresis")
    return journey, collected_on + timedelta(days=20)


def change(team, activity, to_on, today, **changes):
    arguments = {
        "activity_uid": activity.uid,
        "to_on": to_on,
        "reason": MoveReason.PRODUCT_LATE,
        "by": team.coordinator,
        "today": today,
        "now": at(today),
    }
    return partial(move, **(arguments | changes))


def propose(team, activity, to_on, today):
    return services.propose(change(team, activity, to_on, today))


def commit(team, activity, to_on, today, token=None, **changes):
    token = token or propose(team, activity, to_on, today).token
    return services.commit(change(team, activity, to_on, today, **changes), token=token)


@pytest.mark.feature(16)
def test_a_late_product_takes_everything_downstream_along(team, waiting):
    journey, today = waiting
    product = activity_of(journey, "product_received")
    infusion_on = activity_of(journey, "infusion").chosen_on

    commit(team, product, product.chosen_on + timedelta(days=7), today)

    assert activity_of(journey, "infusion").chosen_on == infusion_on + timedelta(days=7)


@pytest.mark.feature(17)
def test_a_preview_writes_nothing(team, waiting):
    journey, today = waiting
    product = activity_of(journey, "product_received")
    before = list(Activity.objects.values_list("pk", "chosen_on").order_by("pk"))

    proposal = propose(team, product, product.chosen_on + timedelta(days=7), today)

    assert {change.point for change in proposal.changes} >= {"product_received", "infusion"}
    assert list(Activity.objects.values_list("pk", "chosen_on").order_by("pk")) == before


def test_a_preview_leaves_the_addresses_of_messages_as_they_were(team, waiting):
    journey, today = waiting
    product = activity_of(journey, "product_received")
    Recipient.objects.filter(user=journey.patient.user).update(language="xx")

    propose(team, product, product.chosen_on + timedelta(days=7), today)

    assert Recipient.objects.get(user=journey.patient.user).language == "xx"


def test_what_was_previewed_is_what_is_written(team, waiting):
    journey, today = waiting
    product = activity_of(journey, "product_received")
    to_on = product.chosen_on + timedelta(days=7)
    proposal = propose(team, product, to_on, today)
    promised = {change.point: change.after for change in proposal.changes}

    commit(team, product, to_on, today)

    written = {row.point: row.chosen_on for row in journey.activities.all()}
    assert {point: written[point] for point in promised} == {
        point: after.chosen for point, after in promised.items()
    }


@pytest.mark.feature(17)
def test_a_stale_preview_is_refused_with_the_new_one(team, waiting):
    journey, today = waiting
    product = activity_of(journey, "product_received")
    to_on = product.chosen_on + timedelta(days=7)
    token = propose(team, product, to_on, today).token
    commit(team, activity_of(journey, "infusion"), to_on + timedelta(days=20), today)
    revisions = PlanRevision.objects.count()

    with pytest.raises(StalePreview) as refusal:
        commit(team, product, to_on, today, token=token)

    assert refusal.value.proposal.token != token
    assert PlanRevision.objects.count() == revisions


def test_a_booking_that_no_longer_fits_is_named_and_released(team, waiting):
    journey, today = waiting
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on, today=today)
    product = activity_of(journey, "product_received")
    to_on = infusion.chosen_on + timedelta(days=2)

    proposal = propose(team, product, to_on, today)
    commit(team, product, to_on, today)

    infusion.refresh_from_db()
    assert "plan_changed" in {message.kind for message in proposal.messages.created}
    assert Reminder.objects.filter(kind="plan_changed", state="pending").count() == 1
    assert [appointment.activity_id for appointment in proposal.released] == [infusion.pk]
    assert (infusion.state, infusion.planned_at) == ("planned", None)
    assert infusion.chosen_on > to_on
    assert infusion.appointments.get().cancel_reason == MoveReason.PRODUCT_LATE


def test_a_booking_that_still_fits_stays(team, waiting):
    journey, today = waiting
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on + timedelta(days=14), today=today)
    product = activity_of(journey, "product_received")

    commit(team, product, product.chosen_on + timedelta(days=3), today)

    infusion.refresh_from_db()
    assert infusion.state == "booked"


@pytest.mark.feature(18)
def test_a_day_that_a_person_locked_stays_and_is_reported(team, waiting):
    journey, today = waiting
    infusion = activity_of(journey, "infusion")
    locked_on = infusion.chosen_on
    commit(team, infusion, locked_on, today, reason=MoveReason.OTHER)

    product = activity_of(journey, "product_received")
    commit(team, product, locked_on + timedelta(days=3), today)

    infusion.refresh_from_db()
    assert infusion.chosen_on == locked_on
    assert journey.cycles.get().conflicts


@pytest.mark.feature(19)
def test_a_move_needs_its_coded_reason_and_keeps_before_and_after(team, waiting):
    journey, today = waiting
    product = activity_of(journey, "product_received")
    to_on = product.chosen_on + timedelta(days=7)

    with pytest.raises(ReasonMissing):
        commit(team, product, to_on, today, reason="")
    revision = commit(team, product, to_on, today).revision

    change = revision.changes.get(activity=product)
    assert (revision.reason, revision.made_by) == ("product_late", team.coordinator)
    assert change.before["chosen"] == product.chosen_on.isoformat()
    assert change.after["chosen"] == to_on.isoformat()


def test_a_day_that_is_over_is_refused(team, waiting):
    journey, today = waiting

    with pytest.raises(DateInPast):
        propose(team, activity_of(journey, "product_received"), today - timedelta(days=1), today)


def test_nothing_moves_after_the_end(team, waiting):
    journey, today = waiting
    product = activity_of(journey, "product_received")
    type(journey).objects.filter(pk=journey.pk).update(
        status="ended", ended_on=today, end_reason="progression"
    )

    with pytest.raises(JourneyNotActive):
        propose(team, product, today + timedelta(days=9), today)


@pytest.mark.feature(78)
def test_moving_a_date_three_times_leaves_one_reminder_to_send(team, waiting):
    journey, today = waiting
    product = activity_of(journey, "product_received")
    for days in (3, 5, 8):
        commit(team, product, product.chosen_on + timedelta(days=days), today)

    live = Reminder.objects.filter(topic__uid=product.uid, state="pending")
    assert live.count() == len(set(live.values_list("rule", "recipient", "channel")))
    assert set(live.values_list("occurs_on", flat=True)) == {product.chosen_on + timedelta(days=8)}
