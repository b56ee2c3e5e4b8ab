"""Messages that wait for a person, with the patients they are about."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from carttrack.accounts.models import Centre, User
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.timeline import title_of
from journeys.worklist.selectors.scope import SHOWN
from notifications.domain.states import MOVES, State
from notifications.models import Recipient
from notifications.selectors import undelivered, undelivered_count
from notifications.selectors.threads import MessageRow
from notifications.selectors.undelivered import CAP
from notifications.services import Decision

WRONG_ADDRESS = frozenset({"bounced", "no_address"})
DECIDED_STATES = {
    Decision.WAS_SENT: State.SENT,
    Decision.SEND_AGAIN: State.PENDING,
    Decision.DROP: State.SUPPRESSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredRow:
    """One message, its patient, and what a person may decide about it."""

    message: MessageRow
    journey: Journey
    about: str
    to: str
    decisions: tuple[Decision, ...]

    @property
    def uid(self) -> uuid.UUID:
        """Return the patient's uid, for the read log."""
        return self.journey.patient.uid

    @property
    def is_address_wrong(self) -> bool:
        """Tell whether the patient's address has to be corrected first."""
        return self.message.reason in WRONG_ADDRESS and self.to == self.journey.patient.full_name


def undelivered_rows(
    user: User, centres: Iterable[Centre], *, limit: int = SHOWN, is_brief: bool = False
) -> tuple[UndeliveredRow, ...]:
    """Return the undelivered messages of the centres about patients that the person may see.

    A brief list leaves out what each is about and to whom it goes.
    """
    waiting = undelivered(centres=centres, limit=limit)
    journeys = (
        Journey.objects.visible_to(user)
        .filter(uid__in={thread for thread, _ in waiting})
        .select_related("patient")
    )
    known = {journey.uid: journey for journey in journeys}
    detailed = () if is_brief else [message for _, message in waiting]
    about = _about(message.topic for message in detailed)
    names = recipient_names(message.recipient_uid for message in detailed)
    return tuple(
        UndeliveredRow(
            message=message,
            journey=known[thread],
            about=about.get(message.topic, "") if message.topic else "",
            to=names.get(message.recipient_uid, known[thread].patient.full_name),
            decisions=decisions_for(message.state),
        )
        for thread, message in waiting
        if thread in known
    )


def undelivered_total(centres: Iterable[Centre]) -> str:
    """Return the number of undelivered messages, capped."""
    found = undelivered_count(centres=centres)
    return f"{CAP}+" if found >= CAP else str(found)


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
