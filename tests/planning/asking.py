"""A message that asks whether somebody comes, as it stands in the ledger once it was sent."""

from django.utils import timezone

from journeys.planning.models import Activity
from notifications.domain.states import State
from notifications.models import Reminder


def ask(activity: Activity) -> None:
    """Let a message to the patient have asked about the day that the activity is booked for."""
    activity.refresh_from_db()
    told = Reminder.objects.filter(
        topic__uid=activity.uid, recipient__user=activity.journey.patient.user
    )
    first = told.order_by("-id")[0]
    Reminder.objects.filter(pk=first.pk).update(
        asks=True,
        occurs_on=activity.chosen_on,
        state=State.SENT,
        reason="",
        sent_at=timezone.now(),
    )
