"""A journey's cycles, where another one may begin, and what that would cost in days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, QuerySet

from carttrack.prepared import Param, prepared
from journeys.planning.domain.plan import REFERENCE_POINT
from journeys.planning.domain.protocol import ActivityKind, Protocol
from journeys.planning.domain.states import CycleReason
from journeys.planning.models import Cycle, Journey
from journeys.planning.selectors.timeline import Timeline
from journeys.planning.selectors.wording import words
from journeys.planning.services import Proposal
from journeys.planning.state_labels import CYCLE_REASON_LABELS
from journeys.planning.workspace import protocol_of

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleTab:
    """One cycle among the tabs of a journey."""

    number: int
    chain_of_identity: str
    reason: str
    started_on: date
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanB:
    """When cells would be collected again and infused, if the product failed today."""

    stage: str
    collection: str
    collection_on: date | None
    infusion_on: date | None
    days_later: int | None


def cycle_tabs(journey: Journey, *, shown: int) -> tuple[CycleTab, ...]:
    """Return the cycles, oldest first; `shown` is the number of the one looked at."""
    return tuple(
        CycleTab(
            number=number,
            chain_of_identity=chain_of_identity,
            reason=str(CYCLE_REASON_LABELS[CycleReason(reason)]) if reason else "",
            started_on=started_on,
            is_current=number == shown,
        )
        for number, chain_of_identity, reason, started_on in _cycles().rows(journey=journey.pk)
    )


@prepared
def _cycles() -> "QuerySet[Cycle, Any]":
    cycles = Cycle.objects.filter(journey=Param("journey", BigIntegerField())).order_by("number")
    return cycles.values_list("number", "chain_of_identity", "reason", "started_on")


def stages_to_begin_with(protocol: Protocol) -> Choices:
    """Return the stages a cycle can begin with: those up to the infusion's."""
    codes = [stage.code for stage in protocol.stages]
    infusion = protocol.activity(REFERENCE_POINT)
    upto = codes[: codes.index(infusion.stage) + 1]
    return [(stage.code, words(stage.title)) for stage in protocol.stages if stage.code in upto]


def collection_of(protocol: Protocol) -> str:
    """Return the code of the activity in which the starting material is collected.

    It is what the product's arrival counts from; empty where no product is waited for.
    """
    products = (each for each in protocol.activities if each.kind == ActivityKind.PRODUCT)
    return next((each.anchor for each in products if each.anchor), "")


def may_rehearse(shown: Timeline) -> bool:
    """Tell whether a journey stands between collection and infusion, where a plan B helps."""
    collection = collection_of(protocol_of(shown.journey.protocol_version))
    happened = {row.code for row in shown.rows if row.happened_on}
    return bool(collection) and collection in happened and REFERENCE_POINT not in happened


def plan_b_of(proposal: Proposal, shown: Timeline) -> PlanB:
    """Return the dates of a proposed new cycle beside the infusion that is planned now."""
    protocol = protocol_of(proposal.version)
    collection = collection_of(protocol)
    days = {change.point: change.after.chosen for change in proposal.changes if change.after}
    now = next((row.day for row in shown.rows if row.code == REFERENCE_POINT), None)
    then = days.get(REFERENCE_POINT)
    return PlanB(
        stage=protocol.activity(collection).stage,
        collection=words(protocol.activity(collection).title),
        collection_on=days.get(collection),
        infusion_on=then,
        days_later=(then - now).days if then and now else None,
    )
