"""What cannot wait for the morning digest: the only messages that interrupt people at work."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from journeys.planning.domain.states import CycleReason, EndReason


class Item(StrEnum):
    """Something that stops the line."""

    PRODUCT_FAILED = "product_failed"
    OUT_OF_SPECIFICATION = "product_out_of_specification"
    JOURNEY_STOPPED = "journey_stopped"
    OTHER_TIME_SOON = "other_time_soon"
    DEATH = "death"
    PROGRESSION = "progression"
    WITHDRAWAL = "withdrawal"
    MISTAKEN = "mistaken"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """How people are told.

    `wakes` sends an e-mail at any hour beside the message in the system. `is_for_registry` tells
    the data managers of the centre instead of the team.

    Units:
        hours: waking hours without an acknowledgement, after which the next person is told.
    """

    hours: int
    wakes: bool = True
    is_for_registry: bool = False


# To be confirmed by a clinician.
INTERRUPTIONS: Mapping[Item, Interruption] = {
    Item.PRODUCT_FAILED: Interruption(hours=2),
    Item.OUT_OF_SPECIFICATION: Interruption(hours=2),
    Item.JOURNEY_STOPPED: Interruption(hours=4),
    Item.OTHER_TIME_SOON: Interruption(hours=2),
    Item.DEATH: Interruption(hours=4),
    Item.PROGRESSION: Interruption(hours=4),
    Item.WITHDRAWAL: Interruption(hours=4),
    Item.MISTAKEN: Interruption(hours=4),
    Item.REGISTRY: Interruption(hours=24, wakes=False, is_for_registry=True),
}
# The reasons of a new cycle, or of an end, that mean that a product failed.
PRODUCT_FAILURES = frozenset(
    {
        CycleReason.COLLECTION_FAILURE,
        CycleReason.MANUFACTURING_FAILURE,
        CycleReason.OUT_OF_SPECIFICATION,
        CycleReason.PRODUCT_LOST,
    }
)


def item_of_end(reason: EndReason) -> Item:
    """Return what people are told when a journey ends for a reason."""
    told = {EndReason.DEATH: Item.DEATH, EndReason.PATIENT_WITHDREW: Item.WITHDRAWAL}
    return told.get(reason, Item.JOURNEY_STOPPED)
