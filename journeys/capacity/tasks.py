"""Celery entry points of capacity: read the clock, call one service."""

from celery import shared_task
from django.utils import timezone

from carttrack.audit.trace import writing
from journeys.capacity.services import expire_lapsed_holds, remind_of_lapsing_holds


@shared_task(ignore_result=True)
def watch_holds() -> None:
    """Note holds that lapsed and remind of those that are about to (beat: every ten minutes)."""
    with writing(actor="system:slots"):
        expire_lapsed_holds(now=timezone.now())
        remind_of_lapsing_holds(now=timezone.now())
