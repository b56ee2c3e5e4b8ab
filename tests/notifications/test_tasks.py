"""The alarm clock: Celery wakes the sweep and may fail at it."""

import logging
from datetime import timedelta

import pytest
from celery import Celery
from celery.schedules import crontab
from celery.signals import before_task_publish
from django.db import transaction
from django.utils import timezone

from carttrack.celery import app
from notifications import tasks
from notifications.domain.states import State
from notifications.models import Heartbeat
from tests.notifications.factories import ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wake_ups():
    """Collect the wake-ups on their way to the broker."""
    seen = []

    def note(sender, headers, **_):
        seen.append((sender, headers["expires"]))

    before_task_publish.connect(note)
    yield seen
    before_task_publish.disconnect(note)


def test_the_task_sweeps_by_the_clock():
    now = timezone.now()
    row = ReminderFactory.create(due_at=now, expires_at=now + timedelta(days=3))

    tasks.sweep_reminders()

    row.refresh_from_db()
    assert Heartbeat.objects.get().beat_at >= now
    assert row.state in {State.SENT, State.PENDING}  # at night it waits


def test_a_sweep_is_woken_when_the_transaction_is_committed(wake_ups):
    with transaction.atomic():
        tasks.hint()
        assert wake_ups == []

    assert [name for name, _ in wake_ups] == ["notifications.tasks.sweep_reminders"]
    assert wake_ups[0][1] is not None


def test_no_sweep_is_woken_for_what_was_rolled_back(wake_ups):
    with transaction.atomic():
        tasks.hint()
        transaction.set_rollback(True)

    assert wake_ups == []


@pytest.fixture
def broken_broker(request, free_port, tmp_path):
    """Make a Celery whose broker takes nothing the current one."""
    if request.param == "redis":
        settings: dict[str, object] = {
            "broker_url": f"redis://127.0.0.1:{free_port()}/0",
            "broker_transport_options": {"max_retries": 1, "interval_start": 0},
        }
    else:
        missing = str(tmp_path / "missing")
        folders = ("data_folder_in", "data_folder_out", "control_folder")
        settings = {
            "broker_url": "filesystem://",
            "broker_transport_options": dict.fromkeys(folders, missing),
        }
    broken = Celery("broken", set_as_current=True, changes=settings)
    (tmp_path / "missing").write_text("a file where a folder should be")
    yield broken
    broken.close()
    app.set_current()


@pytest.mark.parametrize("broken_broker", ["redis", "files"], indirect=True)
def test_a_broker_that_is_down_loses_nothing(broken_broker, caplog):
    row = ReminderFactory.create()

    with caplog.at_level(logging.WARNING):
        tasks.hint()

    row.refresh_from_db()
    assert row.state == State.PENDING
    assert "no sweep was asked for" in caplog.text


def test_a_channel_that_is_down_is_in_the_log(settings, caplog):
    settings.PRODUCTION = True
    now = timezone.now()
    for hours in (0, 12):
        ReminderFactory.create(
            due_at=now,
            expires_at=now + timedelta(days=3),
            recipient__time_zone=("Etc/GMT+0", "Etc/GMT+12")[hours // 12],
        )

    tasks.sweep_reminders()

    assert "channels are down: email" in caplog.text


def test_beat_wakes_the_sweep_each_minute():
    entry = app.conf.beat_schedule["sweep-reminders"]

    assert entry["task"] == tasks.sweep_reminders.name
    assert entry["schedule"] == crontab()
