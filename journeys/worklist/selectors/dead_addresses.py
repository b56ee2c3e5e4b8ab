"""Addresses and numbers that a provider refused, of a centre's patients and of who works there."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from carttrack.accounts.models import Membership
from carttrack.prepared import CENTRE, READER, Asked, Rows, prepared
from journeys.patients.models import CareRelation, Patient
from journeys.worklist.selectors.scope import SHOWN, Scope
from notifications.domain.states import State
from notifications.labels import CHANNELS, Word, reason_word
from notifications.models import Address, Reminder

CAP = 100


@dataclass(frozen=True, slots=True)
class DeadAddress:
    """One address that is not used, its fields in the order of the query.

    `patient_uid` is None for somebody who works here; an administrator corrects theirs.
    """

    recipient_uid: uuid.UUID
    channel_code: str
    value: str
    reason_code: str
    blocked_at: datetime
    patient_uid: uuid.UUID | None
    name: str
    waiting: int | None

    @property
    def channel(self) -> Word:
        """Return the channel in words."""
        return CHANNELS.get(self.channel_code, self.channel_code)

    @property
    def reason(self) -> Word:
        """Return in words why it is not used."""
        return reason_word(self.reason_code)


@dataclass(frozen=True, slots=True)
class Subject:
    """A patient whose address is shown, for the read log."""

    uid: uuid.UUID


def subjects_of(rows: Iterable[DeadAddress]) -> list[Subject]:
    """Return the patients among those whose addresses are shown."""
    return [Subject(row.patient_uid) for row in rows if row.patient_uid]


def dead_addresses(scope: Scope) -> tuple[DeadAddress, ...]:
    """Return the dead addresses of a centre, the latest first."""
    return tuple(DeadAddress(*row) for row in _dead().rows(**people_of(scope)))


def asked_for_dead(scope: Scope) -> Asked:
    """Return the question how many addresses of a centre are dead."""
    return _some().asked(**people_of(scope))


def number_of_dead(found: Rows) -> str:
    """Return how many there are, or "100+"."""
    return f"{CAP}+" if len(found) >= CAP else str(len(found))


def people_of(scope: Scope) -> dict[str, Any]:
    """Return what these queries are executed with: they ask about no day."""
    return {key: value for key, value in scope.values.items() if key != "today"}


def _at_centre() -> "QuerySet[Address]":
    """Return the dead addresses of whom the reader may see at the centre, and of who works there.

    Few addresses are dead, so that each is asked whose it is.
    """
    works = Membership.objects.current().filter(centre=CENTRE, user=OuterRef("recipient__user"))
    theirs = Q(Exists(_patients())) | Q(Exists(works))
    return Address.objects.dead().filter(theirs)


def _patients() -> "QuerySet[Patient]":
    cared_for = CareRelation.objects.current().filter(patient=OuterRef("pk"), centre=CENTRE)
    found = Patient.objects.visible_to(READER).filter(Exists(cared_for))
    return found.filter(Q(uid=OuterRef("recipient__uid")) | Q(user=OuterRef("recipient__user")))


@prepared
def _dead() -> "QuerySet[Address, Any]":
    full_name = Concat("given_name", Value(" "), "family_name", output_field=CharField())
    patient = _patients().order_by("pk")
    failed = Reminder.objects.filter(
        recipient=OuterRef("recipient"), state=State.FAILED.value, channel=OuterRef("channel")
    )
    return (
        _at_centre()
        .annotate(
            patient_uid=Subquery(patient.values("uid")[:1]),
            name=Coalesce(
                Subquery(patient.annotate(full=full_name).values("full")[:1]),
                F("recipient__user__name"),
                Value(""),
            ),
            waiting=Subquery(
                failed.order_by().values("recipient").annotate(n=Count("pk")).values("n")
            ),
        )
        .order_by("-blocked_at", "pk")
        .values_list(
            "recipient__uid",
            "channel",
            "value",
            "blocked_reason",
            "blocked_at",
            "patient_uid",
            "name",
            "waiting",
        )[:SHOWN]
    )


@prepared
def _some() -> "QuerySet[Address, Any]":
    return _at_centre().order_by("pk").values_list("pk")[:CAP]
