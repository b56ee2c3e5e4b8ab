"""Celery entry points of the worklist: read the clock, ask for each person, call one service."""

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from carttrack.audit.trace import writing
from journeys.worklist.selectors.digests import mornings, waiting_for
from notifications.services import plan_digest, recipient_for_user

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def plan_digests() -> None:
    """Owe everybody whose working morning begins their digest (beat: each hour).

    Whatever runs it twice, each person is owed one for the day. Somebody whose counts cannot be
    had stops nobody else's.
    """
    now = timezone.now()
    with writing(actor="system:digest"):
        for due in mornings(now=now):
            centre = due.places[0][0]
            try:
                recipient = recipient_for_user(user=due.user, time_zone=centre.time_zone)
                plan_digest(
                    recipient=recipient,
                    morning=due.morning,
                    centre=centre,
                    waiting=waiting_for(due, now=now),
                    now=now,
                )
            except DatabaseError:
                logger.exception("the digest of %s was not planned", due.user.uid)
