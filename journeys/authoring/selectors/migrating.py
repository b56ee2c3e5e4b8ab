"""Journeys on older versions of a protocol, which could be migrated."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from carttrack.accounts.models import Centre, User
from journeys.patients.models import Patient
from journeys.planning.models import Journey, ProtocolVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrantRow:
    """One journey that could be migrated."""

    uid: uuid.UUID
    patient: Patient
    follows: str
    coordinator: str


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
