"""The proof of messages, for coordinators and administrators, and the release of what is held."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from carttrack.accounts.domain import Role
from carttrack.audit.models import HistoryEntry
from journeys.planning.tasks import reconcile_reminders
from notifications.domain.sending import Held
from notifications.models import Heartbeat, Reconciliation, Reminder
from notifications.selectors.health import held_now
from notifications.services import hold_sending
from tests.factories import CentreFactory, staff

pytestmark = pytest.mark.django_db

PROOFS, RELEASE = reverse("worklist:proofs"), reverse("worklist:release")


@pytest.fixture
def admin(client, journey):
    client.force_login(staff(journey.centre, role=Role.ADMINISTRATOR))
    return client


@pytest.fixture
def broken(journey):
    """A night whose proof does not close, since a journey's rows are gone."""
    Reminder.objects.filter(thread__uid=journey.uid).delete()
    reconcile_reminders()
    return Reconciliation.objects.get(centre=journey.centre)


def address_of(proof):
    return reverse("worklist:proof", args=[proof.centre.code, proof.day.isoformat()])


def test_before_the_first_night_the_page_says_so(desk):
    assert "No proof yet" in desk.get(PROOFS).text


def test_a_proof_that_closes_says_so(desk, journey):
    Reminder.objects.filter(due_at__lt=timezone.now()).update(due_at=timezone.now())
    reconcile_reminders()
    assert Reconciliation.objects.get().unaccounted == []

    page = desk.get(PROOFS)

    [(proof, cells)] = page.context["rows"]
    assert proof.is_closed
    assert cells[0].number == Reminder.objects.filter(centre=journey.centre).count()
    assert "closes" in page.text


@pytest.mark.feature(88)
def test_a_proof_that_does_not_close_stands_on_every_page_and_leads_to_the_journey(
    desk, journey, broken
):
    assert "does not close" in desk.get(reverse("notifications:inbox")).text

    page = desk.get(address_of(broken)).text

    assert journey.patient.full_name in page
    assert reverse("worklist:journey", args=[journey.uid]) in page


def test_an_administrator_sees_that_it_does_not_close_and_no_name(admin, journey, broken):
    page = admin.get(address_of(broken)).text

    assert str(journey.uid) in page
    assert journey.patient.family_name not in page


def test_another_centres_proof_is_not_found(client, broken):
    client.force_login(staff(CentreFactory()))

    assert client.get(address_of(broken)).status_code == HTTPStatus.NOT_FOUND
    assert "does not close" not in client.get(reverse("notifications:inbox")).text


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "1999-01-01"])
def test_a_day_without_a_proof_is_not_found(desk, journey, day):
    page = reverse("worklist:proof", args=[journey.centre.code, day])

    assert desk.get(page).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.feature(88)
def test_staff_read_on_every_page_that_the_sweep_is_late(desk):
    beat = Heartbeat.objects.create(name="sweep", beat_at=timezone.now() - timedelta(minutes=9))
    assert "Messages are late" not in desk.get(reverse("notifications:inbox")).text

    beat.beat_at -= timedelta(minutes=3)
    beat.save()

    assert "Messages are late" in desk.get(reverse("notifications:inbox")).text


def test_an_administrator_releases_what_is_held_with_a_reason(admin):
    hold_sending(because=Held.PERSON, by="operator", now=timezone.now())
    assert "No message is being sent." in admin.get(PROOFS).text

    admin.post(RELEASE, {"note": " "})
    assert held_now() is Held.PERSON
    admin.post(RELEASE, {"note": "the original was shut down"})

    assert held_now() is None
    entry = HistoryEntry.objects.get(action="sending.released")
    assert entry.note == "the original was shut down"


@pytest.mark.feature(88)
def test_the_health_address_says_whether_messages_leave(client, db, settings):
    Heartbeat.objects.create(name="sweep", beat_at=timezone.now())
    settings.HEALTH_TOKEN = "unguessable"
    brief = client.get("/healthz/dispatch")
    full = client.get("/healthz/dispatch", headers={"authorization": "Bearer unguessable"})
    assert (brief.status_code, brief.content) == (HTTPStatus.OK, b"ok\n")
    assert full.json() == {
        "status": "ok",
        "oldest_due_seconds": 0,
        "heartbeat_seconds": {"sweep": 0},
        "failed": 0,
        "unknown": 0,
    }

    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(hours=1))

    late = client.get("/healthz/dispatch")
    assert (late.status_code, late.content) == (HTTPStatus.SERVICE_UNAVAILABLE, b"late\n")
