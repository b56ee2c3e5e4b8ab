"""Going on with a product that is out of specification, because people decided to."""

import uuid
from datetime import datetime

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from carttrack.audit.models import HistoryEntry
from journeys.planning.domain.interruptions import Item
from journeys.planning.domain.protocol import Evidence
from journeys.planning.models import GateCheck
from journeys.planning.services.checks import active_journey
from journeys.planning.services.gates import override_gate_item
from journeys.planning.services.interruptions import tell_team
from journeys.planning.services.refusals import GateSettled, ReasonMissing
from journeys.planning.workspace import Workspace

ACCEPTED = "product.accepted"


@transaction.atomic
def accept_out_of_specification(
    *, journey_uid: uuid.UUID, reason: str, by: User, now: datetime
) -> None:
    """Keep the decision to use a product that is out of specification.

    Where a gate of the protocol asks for the product's status, this overrides it, so that the
    decision stands on the centre's list of overrides.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
        NotYoursToOverride: the protocol gives this decision to another role.
        GateSettled: it was decided before.
        ReasonMissing: no reason was given.
    """
    space = active_journey(journey_uid)
    if not reason.strip():
        raise ReasonMissing
    asked = _asked_for(space)
    if not asked and _was_accepted(space):
        raise GateSettled
    for stage, item in asked:
        override_gate_item(
            journey_uid=journey_uid, stage=stage, item=item, reason=reason, by=by, now=now
        )
    audit.record(
        actor=by,
        action=ACCEPTED,
        patient_uid=space.journey.patient.uid,
        subject=space.journey,
        centre=space.journey.centre,
        before=None,
        after={"chain_of_identity": space.cycle.chain_of_identity},
        note=reason.strip(),
        now=now,
    )
    tell_team(
        journey=space.journey,
        item=Item.OUT_OF_SPECIFICATION,
        about=space.cycle.number,
        by=by,
        now=now,
    )


def _was_accepted(space: Workspace) -> bool:
    """Tell whether somebody decided so for this therapy, of which the history is the record."""
    return HistoryEntry.objects.filter(
        action=ACCEPTED,
        patient_uid=space.journey.patient.uid,
        after__chain_of_identity=space.cycle.chain_of_identity,
    ).exists()


def _asked_for(space: Workspace) -> list[tuple[str, str]]:
    """Return the items of gates that ask for the product's status and are not settled."""
    settled = set(
        GateCheck.objects.live().filter(cycle=space.cycle).values_list("stage_code", "item")
    )
    asked = [
        (stage.code, item.code)
        for stage in space.protocol.stages
        for item in stage.gate
        if item.evidence == Evidence.PRODUCT_STATUS
    ]
    return [each for each in asked if each not in settled]
