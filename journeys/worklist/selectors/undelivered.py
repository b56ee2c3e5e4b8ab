"""Messages that wait for a person, with the patients they are about."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from carttrack.accounts.models import Centre, User
from carttrack.prepared import CENTRE, Asked, Rows, prepared
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.wording import title_of
from journeys.worklist.selectors.scope import SHOWN, Scope
from journeys.worklist.selectors.subjects import Subject, named, subjects_from
from notifications.domain.states import MOVES, State
from notifications.models import Recipient, Reminder
from notifications.selectors import undelivered
from notifications.selectors.threads import MessageRow
from notifications.selectors.undelivered import CAP, WaitingMessage, waiting_from
from notifications.services import Decision

FIRST = 5  # on Today
WRONG_ADDRESS = frozenset({"bounced", "no_address"})
DECIDED_STATES = {
    Decision.WAS_SENT: State.SENT,
    Decision.SEND_AGAIN: State.PENDING,
    Decision.DROP: State.SUPPRESSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredRow:
    """One message, its patient, and what a person may decide about it.

    `journey` is None for what was written to somebody's own desk, such as a morning digest.
    """

    message: MessageRow
    journey: Journey | None
    about: str
    to: str
    decisions: tuple[Decision, ...]

    @property
    def who(self) -> str:
        """Return whom the message is about, or to whom it is where it is about nobody."""
        return self.journey.patient.full_name if self.journey else self.to

    @property
    def is_address_wrong(self) -> bool:
        """Tell whether the patient's address has to be corrected first."""
        if self.journey is None or self.message.reason not in WRONG_ADDRESS:
            return False
        return self.to == self.journey.patient.full_name


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One message in brief, with whom it is about."""

    message: WaitingMessage
    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The messages of a centre that wait longest, and the capped number of all."""

    rows: tuple[WaitingRow, ...]
    total: str


def undelivered_rows(
    user: User, centres: Iterable[Centre], *, limit: int = SHOWN
) -> tuple[UndeliveredRow, ...]:
    """Return the undelivered messages of the centres about patients that the person may see."""
    waiting = undelivered(centres=centres, limit=limit)
    journeys = (
        Journey.objects.visible_to(user)
        .filter(uid__in={thread for thread, _ in waiting})
        .select_related("patient")
    )
    known = {journey.uid: journey for journey in journeys}
    about = _about(message.topic for _, message in waiting)
    names = recipient_names(message.recipient_uid for _, message in waiting)
    return tuple(
        UndeliveredRow(
            message=message,
            journey=known.get(thread),
            about=about.get(message.topic, "") if message.topic else "",
            to=names.get(message.recipient_uid) or known[thread].patient.full_name,
            decisions=decisions_for(message.state),
        )
        for thread, message in waiting
        if thread in known or is_at_desk(thread, message.recipient_uid)
    )


def is_at_desk(thread: uuid.UUID, recipient: uuid.UUID) -> bool:
    """Tell whether a message belongs to its recipient's own desk and to no journey."""
    return thread == recipient


def asked_for_subjects(scope: Scope) -> Asked:
    """Return the question whom the messages are about that wait longest at a centre."""
    return _journeys().asked(**scope.values)


def waiting(found: Rows, subjects: Rows) -> Waiting:
    """Return the first messages of a centre that wait for a person, and how many there are."""
    messages = waiting_from(found)
    about = subjects_from(subjects)
    rows = tuple(
        WaitingRow(message, about[message.thread_uid])
        for message in messages[:FIRST]
        if message.thread_uid in about
    )
    return Waiting(rows=rows, total=f"{CAP}+" if len(found) > CAP else str(len(found)))


@prepared
def _journeys() -> "QuerySet[Journey, Any]":
    """Ask whom the first messages are about, of those whom the reader may see."""
    waiting = Reminder.objects.needing_a_person().filter(centre=CENTRE).order_by("due_at", "id")
    return named(waiting.values("thread__uid")[:FIRST])


def decisions_for(state: State) -> tuple[Decision, ...]:
    """Return the decisions that fit the state of a message."""
    return tuple(
        decision for decision, after in DECIDED_STATES.items() if after in MOVES[State(state)]
    )


def recipient_names(recipient_uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of recipients who are staff or sign in; others are the patient."""
    found = Recipient.objects.filter(uid__in=set(recipient_uids), user__isnull=False)
    return dict(found.values_list("uid", "user__name"))


def _about(topics: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    activities = (
        Activity.objects.filter(uid__in={topic for topic in topics if topic})
        .select_related("journey__protocol_version")
        .defer("journey__protocol_version__document", "why")
    )
    return {activity.uid: title_of(activity) for activity in activities}
