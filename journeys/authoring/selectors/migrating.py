"""Journeys on older versions of a protocol, and what a migration would do to each."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from carttrack.accounts.models import Centre, User
from journeys.patients.models import Patient
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.replan import Dates
from journeys.planning.labels import conflict_message
from journeys.planning.models import Journey, ProtocolVersion
from journeys.planning.selectors.timeline import (
    occurrence_title,
    point_titles,
    title_of,
    words,
)
from journeys.planning.services import Proposal
from journeys.planning.workspace import protocol_of
from notifications.domain.changes import MessageChange
from notifications.selectors.preview import change_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrantRow:
    """One journey that could be migrated."""

    uid: uuid.UUID
    patient: Patient
    follows: str
    coordinator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """One activity before and after; None where it is not in the plan."""

    title: str
    before: Dates | None
    after: Dates | None
    is_broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One message that is sent, moved or withdrawn, with the text of a new one."""

    change: str
    kind: str
    channel: str
    due_at: datetime | None
    was_due_at: datetime | None
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What migrating one journey would do; `token` stands for exactly that."""

    row: MigrantRow
    token: str
    lines: tuple[DateLine, ...]
    conflicts: tuple[str, ...]
    released: tuple[str, ...]
    messages: tuple[MessageLine, ...]


def migrants(user: User, centre: Centre, version: ProtocolVersion) -> QuerySet[Journey]:
    """Return the active journeys of a centre that follow an older version of the protocol.

    A centre's own protocol takes over from the shared one of its product as well.
    """
    older = Q(
        protocol_version__protocol=version.protocol_id,
        protocol_version__number__lt=version.number,
    )
    if version.protocol.centre_id is not None:
        older |= Q(
            protocol_version__protocol__centre=None,
            protocol_version__protocol__product=version.protocol.product_id,
        )
    return (
        Journey.objects.visible_to(user)
        .active()
        .filter(older, centre=centre)
        .select_related("patient", "coordinator", "protocol_version__protocol")
        .defer("protocol_version__document")
        .order_by("patient__family_name", "patient__given_name", "pk")
    )


def migrant_row(journey: Journey) -> MigrantRow:
    """Return a journey as a row of the list."""
    return MigrantRow(
        uid=journey.uid,
        patient=journey.patient,
        follows=str(journey.protocol_version),
        coordinator=journey.coordinator.name,
    )


def chosen(journeys: Collection[Journey], uids: Collection[str]) -> list[Journey]:
    """Return the journeys among those on offer that a person chose."""
    return [journey for journey in journeys if str(journey.uid) in uids]


def migration_of(journey: Journey, version: ProtocolVersion, proposal: Proposal) -> Migration:
    """Return a proposal in words, broken dates first."""
    titles = _titles(journey, version)
    broken = {conflict.point for conflict in proposal.conflicts}
    lines = [
        DateLine(
            title=titles.get(change.point, change.point),
            before=change.before,
            after=change.after,
            is_broken=change.point in broken,
        )
        for change in proposal.changes
    ]
    named = point_titles(protocol_of(version))
    messages = proposal.messages
    return Migration(
        row=migrant_row(journey),
        token=proposal.token,
        lines=tuple(sorted(lines, key=lambda line: not line.is_broken)),
        conflicts=tuple(conflict_message(conflict, named) for conflict in proposal.conflicts),
        released=tuple(
            titles.get(appointment.activity.point, appointment.activity.code)
            for appointment in proposal.released
        ),
        messages=(
            *_messages("new", messages.created, journey),
            *_messages("moved", messages.moved, journey),
            *_messages("withdrawn", messages.suppressed, journey),
        ),
    )


def _titles(journey: Journey, version: ProtocolVersion) -> dict[Point, str]:
    """Return the titles of what is stored, and of what the new version adds."""
    found = {}
    for activity in journey.activities.select_related("cycle__protocol_version"):
        activity.journey = journey
        found[activity.point] = title_of(activity)
    for definition in protocol_of(version).activities:
        title = words(definition.title)
        found[definition.code] = occurrence_title(definition, title, 1)
    return found


def _messages(
    change: str, changes: Collection[MessageChange], journey: Journey
) -> tuple[MessageLine, ...]:
    rows = change_rows(changes=changes, language=journey.patient.language)
    return tuple(
        MessageLine(
            change=change,
            kind=str(row.kind),
            channel=str(row.channel),
            due_at=row.change.due_at,
            was_due_at=row.change.was_due_at,
            subject=row.subject,
            text=row.text,
        )
        for row in rows
    )
