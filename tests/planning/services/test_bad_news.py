"""After bad news nothing is sendable to the patient's side, and everything else goes on."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from carttrack.accounts.domain import Role
from carttrack.audit.models import HistoryEntry
from journeys.planning.domain.bad_news import PAGES, WORDS, BadNewsKind, QuietPage, quiet_text
from journeys.planning.domain.states import EndReason, JourneyStatus
from journeys.planning.models import BadNews
from journeys.planning.services import (
    Refusal,
    break_bad_news,
    end_journey,
    extend_reminders,
    lift_bad_news,
)
from journeys.planning.services.refusals import NewsKnown, NoBadNews, PageOfOtherNews, ReasonMissing
from notifications.domain.states import State
from notifications.models import OutboxMail, Recipient, Reminder, Thread
from notifications.services import sweep
from notifications.services.claim import claim
from notifications.services.wire import settle_and_fence
from tests.factories import CentreFactory, centre_day, centre_now, journey_at, patient_at, staff

pytestmark = pytest.mark.django_db(transaction=True)

LONG_GONE = datetime(2026, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def journey():
    centre = CentreFactory()
    return journey_at(centre, patient=patient_at(centre, email="patient@example.test"))


def when(journey):
    return {"today": centre_day(journey.centre), "now": centre_now(journey.centre)}


def happens(journey, kind=BadNewsKind.DEATH, **changes):
    values = {
        "journey_uid": journey.uid,
        "kind": kind,
        "page": PAGES[kind][0],
        "on": centre_day(journey.centre),
        "note": "",
        "by": journey.coordinator,
    }
    return break_bad_news(**(values | when(journey) | changes))


def is_mistaken(journey, reason="The name was mixed up."):
    return lift_bad_news(
        journey_uid=journey.uid, reason=reason, by=journey.coordinator, **when(journey)
    )


def patients(journey):
    """Return the messages to the patient's side."""
    return Reminder.objects.filter(thread__uid=journey.uid, recipient__uid=journey.patient.uid)


def owed(journey, recipient=None, **fields):
    """Owe a message that is due now, to the patient unless somebody else is named."""
    recipient = recipient or Recipient.objects.get(uid=journey.patient.uid)
    now = centre_now(journey.centre)
    values = {
        "thread": Thread.objects.get(uid=journey.uid),
        "centre": journey.centre,
        "recipient": recipient,
        "channel": "email",
        "kind": "plan_changed",
        "rule": f"event:{uuid4()}",
        "is_planned": False,
        "purpose": "safety",
        "local_on": now.date(),
        "local_at": now.time(),
        "zone": "Europe/Stockholm",
        "due_at": now,
        "expires_at": FAR,
    }
    return Reminder.objects.create(**(values | fields))


@pytest.mark.feature(82)
@pytest.mark.parametrize("kind", BadNewsKind)
def test_nothing_for_the_patient_is_sendable_also_what_was_claimed(journey, kind):
    now = centre_now(journey.centre)
    waiting, claimed = owed(journey), owed(journey)
    token = uuid4()
    Reminder.objects.exclude(pk=claimed.pk).update(lost_leases=1)
    (held,) = claim(now=now, worker="other", token=token, paused=())
    assert held.id == claimed.pk
    on_the_wire = owed(
        journey,
        state=State.SENDING,
        began_at=now,
        lease_token=uuid4(),
        lease_until=LONG_GONE,
        purpose="comfort",
    )

    happens(journey, kind)

    assert not settle_and_fence(ids=[claimed.pk], token=token, now=now)
    sweep(now=now, worker="test")
    assert not OutboxMail.objects.filter(to=journey.patient.email).exists()
    assert not patients(journey).live().exists()
    for row in (waiting, claimed, on_the_wire):
        row.refresh_from_db()
        assert row.state == State.SUPPRESSED


def test_a_caregiver_is_written_to_no_more_either(journey):
    row = owed(journey, Recipient.objects.create(uid=uuid4(), time_zone="Europe/Stockholm"))

    happens(journey)

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SUPPRESSED, "died")


def test_the_plan_wants_nothing_for_the_patient_in_any_later_night(journey):
    happens(journey, BadNewsKind.PROGRESSION)

    extend_reminders(journey_uid=journey.uid, **when(journey))

    assert not patients(journey).live().exists()


def test_duties_at_work_go_on_and_the_journey_with_them(journey):
    keeper = staff(journey.centre, Role.DATA_MANAGER)
    recipient = Recipient.objects.create(user=keeper, time_zone="Europe/Stockholm")
    duty = owed(journey, recipient, channel="in_app")

    happens(journey)
    sweep(now=centre_now(journey.centre), worker="test")

    duty.refresh_from_db()
    journey.refresh_from_db()
    assert duty.state == State.SENT
    assert journey.status == JourneyStatus.ACTIVE
    assert journey.activities.open().exists()
    task = Reminder.objects.get(recipient=recipient, context__item="registry")
    assert (task.channel, task.escalate_hours) == ("in_app", 24)


@pytest.mark.feature(87)
def test_the_team_is_told_at_once_by_day_and_by_night_and_whoever_did_it_is_not(journey):
    happens(journey)
    sweep(now=centre_now(journey.centre).replace(hour=0), worker="test")
    night = centre_now(journey.centre).replace(hour=23, minute=30)
    sweep(now=night, worker="test")

    told = Reminder.objects.filter(kind="interruption")
    assert {row.recipient.user for row in told} == {journey.clinician}
    assert set(told.values_list("channel", "state")) == {("in_app", "sent"), ("email", "sent")}
    mail = OutboxMail.objects.get(to=journey.clinician.email)
    assert journey.patient.family_name not in mail.body
    assert "died" not in mail.subject + mail.body


def test_death_and_withdrawal_are_kept_with_the_patient(journey):
    happens(journey, BadNewsKind.WITHDRAWAL)
    happens(journey, BadNewsKind.DEATH)

    journey.patient.refresh_from_db()
    today = centre_day(journey.centre)
    assert (journey.patient.withdrew_on, journey.patient.died_on) == (today, today)
    assert BadNews.objects.live().get().kind == BadNewsKind.DEATH
    assert Thread.objects.get(uid=journey.uid).hush_reason == "died"


def test_the_same_news_comes_once(journey):
    happens(journey)

    with pytest.raises(NewsKnown):
        happens(journey)


def test_a_text_of_other_news_is_refused(journey):
    with pytest.raises(PageOfOtherNews):
        happens(journey, page=QuietPage.THANKS)
    assert not BadNews.objects.exists()


def test_a_day_to_come_is_refused(journey):
    with pytest.raises(Refusal):
        happens(journey, on=centre_day(journey.centre).replace(year=2100))


@pytest.mark.parametrize("kind", BadNewsKind)
def test_a_mistake_is_taken_back_with_its_reason_and_the_plan_speaks_again(journey, kind):
    wanted = patients(journey).live().count()
    happens(journey, kind)

    is_mistaken(journey)

    journey.patient.refresh_from_db()
    assert (journey.patient.died_on, journey.patient.withdrew_on) == (None, None)
    assert patients(journey).live().count() == wanted
    entry = HistoryEntry.objects.filter(patient_uid=journey.patient.uid).latest("number")
    assert (entry.action, entry.note) == ("journey.bad_news_lifted", "The name was mixed up.")


def test_a_mistake_needs_its_reason(journey):
    happens(journey)

    with pytest.raises(ReasonMissing):
        is_mistaken(journey, reason="  ")
    assert BadNews.objects.live().exists()


def test_there_is_nothing_to_take_back_twice(journey):
    happens(journey)
    is_mistaken(journey)

    with pytest.raises(NoBadNews):
        is_mistaken(journey)


@pytest.mark.feature(87)
def test_the_end_of_a_journey_interrupts_although_its_messages_stop(journey):
    end_journey(
        journey_uid=journey.uid,
        reason=EndReason.UNFIT_ORGAN,
        on=centre_day(journey.centre),
        note="",
        by=journey.coordinator,
        **when(journey),
    )
    sweep(now=centre_now(journey.centre), worker="test")

    told = Reminder.objects.filter(kind="interruption", recipient__user=journey.clinician)
    assert set(told.values_list("state", flat=True)) == {State.SENT}
    assert set(told.values_list("context__item", flat=True)) == {"journey_stopped"}


@pytest.mark.parametrize("page", QuietPage)
def test_every_text_is_there_in_every_language(page):
    assert set(WORDS[page]) == {"en", "sv", "es"}
    assert quiet_text(page, language="fi").language == "en"
