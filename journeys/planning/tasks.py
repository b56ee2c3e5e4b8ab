"""Celery entry points of planning: read the clock, call one service for each journey."""

from celery import shared_task
from django.utils import timezone

from journeys.planning.models import Journey
from journeys.planning.services import extend_reminders
from journeys.planning.workspace import centre_today


@shared_task(ignore_result=True)
def extend_horizon() -> None:
    """Write tonight what came within the reminders' horizon (beat: nightly).

    Each journey is its own transaction, so that one that fails stops no other.
    """
    now = timezone.now()
    journeys = Journey.objects.active().select_related("centre").order_by("pk")
    for journey in journeys.iterator(chunk_size=500):
        extend_reminders(
            journey_uid=journey.uid, now=now, today=centre_today(journey.centre, now=now)
        )
