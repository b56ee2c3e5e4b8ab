"""Celery entry points: read the clock, call one service, nothing else."""

import logging
import os
import socket

from celery import shared_task
from celery.worker import state
from django.db import transaction
from kombu.exceptions import OperationalError

from carttrack.clock import database_now
from notifications import services

SECONDS_OF_USE = 60
# What this process remembers of the clocks between its sweeps.
GUARD = services.ClockGuard()

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def sweep_reminders() -> None:
    """Send what is due (beat: every minute; a plan's change may ask for one in between)."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    now = database_now()
    if GUARD.watch(now=now, worker=worker):
        logger.error("the clock of the database leapt ahead: nothing is sent until it is released")
    result = services.sweep(now=now, worker=worker, has_to_end=_is_worker_leaving)
    if result.is_held:
        logger.warning("sending is held: nothing was swept")
    if result.paused:
        logger.warning("channels are down: %s", ", ".join(result.paused))
    services.ping()


def _is_worker_leaving() -> bool:
    """Tell whether the Celery worker that we are in was asked to stop."""
    return state.should_stop is not None or state.should_terminate is not None


def hint() -> None:
    """Wake a sweep once the open transaction is committed.

    Only a hint: when the broker is down nothing is lost, because the next sweep by the clock finds
    the same rows.
    """
    transaction.on_commit(_wake)


def _wake() -> None:
    """Ask for a sweep that is worthless a minute from now.

    A broker made of files fails with the errors of files.
    """
    try:
        sweep_reminders.apply_async(expires=SECONDS_OF_USE, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("no sweep was asked for, the clock's will do: %s", error)
