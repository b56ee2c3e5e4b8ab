"""Celery entry points of planning: read the clock, call one service for each journey."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from carttrack.audit.trace import writing
from journeys.planning.models import Journey
from journeys.planning.services import extend_reminders
from journeys.planning.workspace import centre_today

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def extend_horizon() -> None:
    """Write tonight what came within the reminders' horizon (beat: nightly).

    Each journey is its own transaction: one that the database refuses is logged, stops no other,
    and is tried again the next night.
    """
    now = timezone.now()
    journeys = Journey.objects.active().select_related("centre").order_by("pk")
    with writing(actor="system:extend-horizon"):
        for journey in journeys.iterator(chunk_size=500):
            today = centre_today(journey.centre, now=now)
            try:
                extend_reminders(journey_uid=journey.uid, now=now, today=today)
            except DatabaseError:
                logger.exception("reminders of journey %s were not extended", journey.uid)
