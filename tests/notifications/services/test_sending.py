"""A copy of a database does not send, a leap of its clock stops it, and a person releases it."""

import http.server
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command

from carttrack.audit.models import HistoryEntry
from notifications.domain.sending import Held
from notifications.domain.states import State
from notifications.models import Heartbeat, Installation, OutboxMail
from notifications.selectors.health import dispatch_health, held_now
from notifications.services import ClockGuard, hold_sending, ping, release_sending, sweep
from tests.notifications.factories import NOON, ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


def run(now=NOON):
    return sweep(now=now, worker="test")


@pytest.fixture
def copied(db):
    """A database whose mark was set somewhere else, with a message that is due."""
    run()
    Installation.objects.update(marker="7:00000001:5:16402:")
    return ReminderFactory.create()


@pytest.mark.feature(80)
def test_a_restored_copy_sends_nothing_until_a_person_releases_it(copied):
    assert run().is_held
    assert held_now() is Held.COPY
    assert not OutboxMail.objects.exists()

    release_sending(by="operator", now=NOON, note="the original is gone")

    assert run().sent == 1
    entry = HistoryEntry.objects.get(action="sending.released")
    assert (entry.actor_label, entry.note) == ("operator", "the original is gone")


@pytest.mark.usefixtures("copied")
def test_a_command_releases_it_for_somebody_by_name(capsys):
    call_command("release_sending", "--by", "Ada Operator")
    call_command("release_sending", "--by", "Ada Operator")

    assert capsys.readouterr().out.splitlines()[-1] == "Nothing is held."
    assert held_now() is None
    assert HistoryEntry.objects.get(action="sending.released").actor_label == "Ada Operator"


def test_a_new_database_is_at_home_where_it_first_sweeps():
    assert not run().is_held
    assert held_now() is None


def test_a_copied_disk_is_known_by_the_name_in_its_settings(settings):
    settings.INSTALLATION = "main"
    run()
    settings.INSTALLATION = "trial"

    assert run().is_held


def test_a_person_can_hold_everything_also_what_is_due():
    run()
    row = ReminderFactory.create()
    call_command("hold_sending", "--by", "Ada Operator")

    assert run().is_held
    row.refresh_from_db()
    assert row.state == State.PENDING
    assert held_now() is Held.PERSON


@pytest.mark.feature(88)
def test_a_leap_of_the_databases_clock_holds_everything():
    passed = iter([0.0, 60.0, 120.0])
    guard = ClockGuard(elapsed=lambda: next(passed))

    assert not guard.watch(now=NOON, worker="w")
    assert not guard.watch(now=NOON + MINUTE, worker="w")
    assert guard.watch(now=NOON + timedelta(hours=1), worker="w")
    assert held_now() is Held.CLOCK


def test_an_outage_is_no_leap():
    passed = iter([0.0, 86400.0])
    guard = ClockGuard(elapsed=lambda: next(passed))
    guard.watch(now=NOON, worker="w")

    assert not guard.watch(now=NOON + timedelta(days=1), worker="w")


def test_the_first_reason_to_hold_stands():
    hold_sending(because=Held.CLOCK, by="system:sweep", now=NOON)
    hold_sending(because=Held.PERSON, by="operator", now=NOON + MINUTE)

    assert held_now() is Held.CLOCK
    assert HistoryEntry.objects.filter(action="sending.held").count() == 1


@pytest.mark.feature(88)
def test_the_health_of_sending_tells_ages_and_counts():
    run(now=NOON - timedelta(minutes=3))
    ReminderFactory.create(due_at=NOON - timedelta(minutes=4))
    ReminderFactory.create(state=State.FAILED, reason="refused")
    ReminderFactory.create(state=State.UNKNOWN, reason="reply_lost")

    health = dispatch_health(now=NOON)

    assert health.is_well
    assert (health.oldest_due_seconds, health.heartbeats) == (240, {"sweep": 180})
    assert (health.failed, health.unknown) == (1, 1)


@pytest.mark.feature(88)
def test_sending_is_not_well_when_a_row_is_due_or_the_sweep_silent_for_too_long():
    run(now=NOON)
    assert not dispatch_health(now=NOON + timedelta(minutes=11)).is_well

    Heartbeat.objects.all().delete()
    ReminderFactory.create(due_at=NOON - timedelta(minutes=11))
    assert not dispatch_health(now=NOON).is_well


@pytest.mark.feature(88)
def test_a_watcher_outside_hears_of_each_sweep(settings):
    heard = []

    class Watcher(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args):
            """Say nothing on the terminal."""

    with http.server.HTTPServer(("127.0.0.1", 0), Watcher) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        settings.DEAD_MAN_URL = f"http://127.0.0.1:{server.server_port}/ping/7"
        ping()
        thread.join()

    assert heard == ["/ping/7"]


def test_a_watcher_that_is_gone_stops_nothing(settings, caplog, free_port):
    settings.DEAD_MAN_URL = f"http://127.0.0.1:{free_port()}/"

    ping()

    assert "the watcher could not be told" in caplog.text
