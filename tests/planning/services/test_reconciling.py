"""Every message that a plan wants is accounted for, and what is not is named."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journeys.planning.models import Journey
from journeys.planning.services import end_journey, prove
from journeys.planning.services.reminders import HORIZON
from journeys.planning.tasks import extend_horizon, reconcile_reminders
from notifications.domain.proof import Fault
from notifications.models import Heartbeat, Reconciliation, Reminder, Topic
from tests.planning.conftest import activity_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(team):
    return team.refer(on=timezone.localdate() - timedelta(days=3))


def proof_of(centre, day=None):
    return prove(centre=centre, now=timezone.now(), today=timezone.localdate(), day=day)


def faults(centre):
    return {one.fault for one in proof_of(centre).listed}


@pytest.mark.feature(77)
@pytest.mark.feature(88)
def test_a_plan_whose_every_message_has_its_row_closes(team, journey):
    proof = proof_of(team.centre)

    counts = proof.counts()
    assert proof.closes, proof.listed
    assert (proof.journeys, counts["expected"]) == (1, Reminder.objects.count())
    assert proof.wanted > 0
    columns = ("delivered", "sent", "suppressed", "failed", "expired", "unknown", "pending")
    assert counts["expected"] == sum(counts[name] for name in columns)


def test_the_proof_changes_nothing(team, journey):
    journey.patient.email = "moved@example.org"
    journey.patient.save()
    before = list(Reminder.objects.order_by("pk").values())

    proof_of(team.centre)

    assert list(Reminder.objects.order_by("pk").values()) == before
    patient = Reminder.objects.filter(recipient__uid=journey.patient.uid).first()
    assert patient is None or patient.recipient.addresses.get(channel="email").value != (
        "moved@example.org"
    )


@pytest.mark.feature(88)
def test_a_message_without_a_row_is_named(team, journey):
    lost = Reminder.objects.filter(is_planned=True).first()
    Reminder.objects.filter(pk=lost.pk).delete()

    proof = proof_of(team.centre)

    [one] = proof.listed
    assert (one.fault, one.rule, one.thread) == (Fault.MISSING, lost.rule, journey.uid)
    assert proof.counts()["expected"] == Reminder.objects.count() + 1


def test_a_message_that_no_plan_wants_is_named(team, journey):
    collection = activity_of(journey, "leukapheresis")
    row = Reminder.objects.filter(topic__uid=collection.uid, state="pending").first()
    Reminder.objects.filter(pk=row.pk).update(rule="leukapheresis:of-nobody")

    assert Fault.UNWANTED in faults(team.centre)


def test_a_message_for_an_older_plan_is_named(team, journey):
    Topic.objects.update(version=99)

    assert faults(team.centre) == {Fault.BEHIND}


def test_a_message_that_is_late_is_named(team, journey):
    row = Reminder.objects.filter(state="pending").first()
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Reminder.objects.filter(pk=row.pk).update(due_at=an_hour_ago)

    assert Fault.LATE in faults(team.centre)


def test_a_message_that_is_called_sent_without_a_try_is_named(team, journey):
    row = Reminder.objects.filter(state="pending").first()
    Reminder.objects.filter(pk=row.pk).update(state="sent", sent_at=timezone.now())

    assert faults(team.centre) == {Fault.UNEXPLAINED}


def test_what_has_only_just_come_near_is_left_to_the_night(team, journey):
    row = Reminder.objects.filter(is_planned=True, is_at_once=False).order_by("-local_on").first()
    near = row.local_on - HORIZON
    Reminder.objects.filter(local_on=row.local_on).delete()

    on_the_day = prove(centre=team.centre, now=timezone.now(), today=near)
    a_day_later = prove(centre=team.centre, now=timezone.now(), today=near + timedelta(days=1))

    assert Fault.MISSING not in {one.fault for one in on_the_day.listed}
    assert Fault.MISSING in {one.fault for one in a_day_later.listed}


def test_an_ended_journey_is_accounted_for_without_a_plan(team, journey):
    end_journey(
        journey_uid=journey.uid,
        reason="progression",
        note="",
        on=timezone.localdate(),
        by=team.coordinator,
        today=timezone.localdate(),
        now=timezone.now(),
    )

    proof = proof_of(team.centre)

    assert proof.closes, proof.listed
    assert proof.journeys == 0
    assert proof.counts()["suppressed"] > 0


def test_one_day_is_proved_by_what_was_to_be_sent_on_it(team, journey):
    row = Reminder.objects.filter(state="pending").order_by("due_at").first()

    on_its_day = proof_of(team.centre, day=row.local_on).counts()
    elsewhere = proof_of(team.centre, day=row.local_on - timedelta(days=400)).counts()

    assert on_its_day["expected"] == Reminder.objects.filter(local_on=row.local_on).count()
    assert elsewhere["expected"] == 0


def test_more_journeys_cost_few_more_queries(team, journey):
    with CaptureQueriesContext(
        connection,
    ) as for_one:
        proof_of(team.centre)
    for number in range(2, 7):
        team.refer(on=timezone.localdate() - timedelta(days=3), number=number)
    with CaptureQueriesContext(connection) as for_six:
        assert proof_of(team.centre).journeys == 6

    assert len(for_six) - len(for_one) <= 2 * 5  # who is written to is asked for each


def test_the_command_prints_the_proof_and_exits_with_one_when_it_does_not_close(team, journey):
    printed = StringIO()
    call_command("reconcile", "--json", stdout=printed)
    document = json.loads(printed.getvalue())
    assert document["closes"]
    assert document["reminders"]["expected"] == document["reminders"]["pending"]
    assert document["journeys"]["checked"] == 1

    Reminder.objects.all().delete()
    printed = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("reconcile", "--centre", team.centre.code, stdout=printed)
    assert stopped.value.code == 1
    assert "fault=missing" in printed.getvalue()
    assert "It does not close." in printed.getvalue()


@pytest.mark.feature(88)
def test_each_night_keeps_the_proof_and_a_later_one_settles_it(team, journey):
    Reminder.objects.all().delete()
    reconcile_reminders()
    kept = Reconciliation.objects.get()
    assert (kept.is_closed, kept.counts["unaccounted"]) == (False, kept.unaccounted_count)
    assert {one["journey"] for one in kept.unaccounted} == {str(journey.uid)}
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"reconciliation"}
    Reconciliation.objects.update(day=kept.day - timedelta(days=1))

    extend_horizon()
    reconcile_reminders()

    assert Reconciliation.objects.latest("day").is_closed
    assert not Reconciliation.objects.open().exists()


def test_a_kept_proof_holds_no_personal_data(team, journey):
    Reminder.objects.all().delete()
    reconcile_reminders()

    kept = json.dumps(list(Reconciliation.objects.values("counts", "by_rule", "unaccounted")))
    patient = Journey.objects.get().patient
    assert patient.family_name not in kept
    assert patient.email not in kept
