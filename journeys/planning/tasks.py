"""Celery entry points of planning: read the clock, call one service for each journey."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from carttrack.accounts.models import Centre
from carttrack.audit.trace import writing
from journeys.planning.models import Journey
from journeys.planning.services import extend_reminders, prove
from journeys.planning.workspace import centre_today
from notifications import services as notifications

# The marks that the nightly jobs leave.
EXTENSION, RECONCILIATION = "extension", "reconciliation"

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
    notifications.beat(name=EXTENSION, now=now)


@shared_task(ignore_result=True)
def reconcile_reminders() -> None:
    """Prove for every centre that its messages are accounted for, and keep the proof (nightly).

    A proof that does not close is shown to the centre's coordinators and administrators on every
    page until a later one does.
    """
    now = timezone.now()
    for centre in Centre.objects.order_by("pk"):
        today = centre_today(centre, now=now)
        proof = prove(centre=centre, now=now, today=today)
        notifications.keep_proof(proof=proof, centre=centre, day=today, now=now)
        if not proof.closes:
            logger.error("%s: %d messages are unaccounted for", centre.code, proof.unaccounted)
    notifications.beat(name=RECONCILIATION, now=now)
