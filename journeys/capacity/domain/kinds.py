"""The kinds of units that a patient may need, and which activity needs which."""

from enum import StrEnum


class ResourceKind(StrEnum):
    """What a unit is."""

    APHERESIS = "apheresis"
    CHAIR = "chair"
    INFUSION_BED = "infusion_bed"
    WARD_BED = "ward_bed"
    ICU_BED = "icu_bed"
    CLINIC_SLOT = "clinic_slot"


# Held for days and nights on end; the others are booked by the hour and need the patient there.
STAY_KINDS = frozenset({ResourceKind.WARD_BED, ResourceKind.ICU_BED})
# A ward works every day and night, so its beds are open where no hours say otherwise.
EVERY_DAY_KINDS = STAY_KINDS | {ResourceKind.INFUSION_BED}

COLLECTION = "leukapheresis"
PREPARATION = "lymphodepletion"
INFUSION = "infusion"
# What happens in these takes a unit; a decision, a restriction or a product's arrival does not.
BOOKABLE = frozenset({"procedure", "treatment", "check", "visit"})


def kind_for(*, code: str, kind: str) -> ResourceKind | None:
    """Return what an activity is booked into; None for one that takes no unit.

    `code` and `kind` are those of the activity as the protocol defines it.
    """
    if kind not in BOOKABLE:
        return None
    if code == COLLECTION:
        return ResourceKind.APHERESIS
    if code == PREPARATION:
        return ResourceKind.CHAIR
    if is_infusion(code):
        return ResourceKind.INFUSION_BED
    return ResourceKind.CLINIC_SLOT


def is_infusion(code: str) -> bool:
    """Tell whether an activity is an infusion, the first or, in a split dose, a later one."""
    return code == INFUSION or code.endswith(f"_{INFUSION}")
