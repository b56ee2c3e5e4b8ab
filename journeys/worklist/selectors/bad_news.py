"""What stops and what goes on when nobody on the patient's side may be written to any more."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from journeys.planning.models import Appointment, Journey
from journeys.worklist.selectors.titles import titles_by_uid
from notifications.domain.states import State
from notifications.labels import CHANNELS, KINDS, Word
from notifications.models import Recipient, Reminder

SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedMessage:
    """One message that will not be sent: what it is, about what, how and when it was due."""

    kind: Word
    about: str
    channel: Word
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What bad news would do at this moment.

    `bookings` are the appointments still held; they stay until the journey is ended or each is
    cancelled.
    """

    stopped: tuple[StoppedMessage, ...]
    stopped_count: int
    on_the_wire: int
    going_on: int
    bookings: int

    @property
    def more(self) -> int:
        """Return how many messages are not listed."""
        return self.stopped_count - len(self.stopped)


def consequences(journey: Journey) -> Consequences:
    """Return what stops and what goes on."""
    threads = Journey.objects.filter(patient=journey.patient_id).values("uid")
    rows = Reminder.objects.filter(thread__uid__in=threads)
    theirs = rows.exclude(recipient__in=_colleagues(journey))
    stopping = theirs.live().order_by("due_at", "pk")
    first = list(stopping.select_related("topic")[:SHOWN])
    about = titles_by_uid(journey, [row.topic.uid for row in first if row.topic], known={})
    return Consequences(
        stopped=tuple(
            StoppedMessage(
                kind=KINDS.get(row.kind, row.kind),
                about=about.get(row.topic.uid, "") if row.topic else "",
                channel=CHANNELS.get(row.channel, row.channel),
                due_at=row.due_at,
            )
            for row in first
        ),
        stopped_count=stopping.count(),
        on_the_wire=theirs.filter(state=State.SENDING).count(),
        going_on=rows.live().filter(recipient__in=_colleagues(journey)).count(),
        bookings=Appointment.objects.filter(
            activity__journey=journey, cancelled_at__isnull=True, activity__state="booked"
        ).count(),
    )


def _colleagues(journey: Journey) -> "QuerySet[Recipient]":
    """Return who is still written to: people at work, unless they are the patient."""
    own = Q(uid=journey.patient.uid) | Q(user=journey.patient.user_id, user__isnull=False)
    return Recipient.objects.at_work().exclude(own)
