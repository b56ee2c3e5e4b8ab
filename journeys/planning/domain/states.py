"""The states of journeys, stages and activities, and the coded reasons people give."""

from enum import StrEnum


class JourneyStatus(StrEnum):
    """Where a journey stands as a whole."""

    ACTIVE = "active"
    ENDED = "ended"
    COMPLETED = "completed"


class StageState(StrEnum):
    """Where a stage stands."""

    PLANNED = "planned"
    CURRENT = "current"
    DONE = "done"
    CANCELLED = "cancelled"


class ActivityState(StrEnum):
    """Where an activity stands; the last five are final."""

    PLANNED = "planned"
    BOOKED = "booked"
    DONE = "done"
    MISSED = "missed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    NOT_NEEDED = "not_needed"


OPEN_STATES = (ActivityState.PLANNED, ActivityState.BOOKED)
# How a person may close an open activity without it having happened; each needs a reason.
CLOSING_STATES = (ActivityState.MISSED, ActivityState.SKIPPED, ActivityState.NOT_NEEDED)


class LockKind(StrEnum):
    """Why an open activity's day is fixed: a person decided it, or somebody outside promised it."""

    LOCKED = "locked"
    EXPECTED = "expected"


class EndReason(StrEnum):
    """Why a journey ended before its last stage."""

    NOT_ELIGIBLE = "not_eligible"
    SCREEN_FAILURE = "screen_failure"
    COLLECTION_FAILURE = "collection_failure"
    MANUFACTURING_FAILURE = "manufacturing_failure"
    OUT_OF_SPECIFICATION = "oos_not_accepted"
    PROGRESSION = "progression"
    UNFIT_INFECTION = "unfit_infection"
    UNFIT_ORGAN = "unfit_organ"
    UNFIT_PERFORMANCE = "unfit_performance"
    DEATH = "death"
    PATIENT_WITHDREW = "patient_withdrew"
    PHYSICIAN_DECISION = "physician_decision"
    LOGISTICS = "logistics"
    REMISSION = "remission_no_need"
    OTHER = "other"


class MoveReason(StrEnum):
    """Why a date was moved."""

    PRODUCT_LATE = "product_late"
    PRODUCT_EARLY = "product_early"
    INFECTION = "infection"
    UNFIT = "unfit"
    NO_BED = "no_bed"
    NO_SLOT = "no_slot"
    PATIENT_CHOICE = "patient_choice"
    STAFFING = "staffing"
    CORRECTION = "correction"
    OTHER = "other"


class HoldReason(StrEnum):
    """Why a journey stands still for a while."""

    INFECTION = "infection"
    BRIDGING = "bridging"
    UNFIT = "unfit"
    PRODUCT = "product"
    PATIENT_CHOICE = "patient_choice"
    LOGISTICS = "logistics"
    OTHER = "other"


class CycleReason(StrEnum):
    """Why another therapy event begins on the same journey."""

    COLLECTION_FAILURE = "collection_failure"
    MANUFACTURING_FAILURE = "manufacturing_failure"
    OUT_OF_SPECIFICATION = "out_of_specification"
    PRODUCT_LOST = "product_lost"
    SECOND_PRODUCT = "second_product"
    RETREATMENT = "retreatment"
    OTHER = "other"


class RevisionKind(StrEnum):
    """What made a new revision of the plan necessary."""

    STARTED = "started"
    MOVED = "moved"
    BOOKED = "booked"
    RELEASED = "released"
    RECORDED = "recorded"
    VISITED = "visited"  # recorded together with a visit's findings
    CLOSED = "closed"
    ADDED = "added"  # an unscheduled visit
    UNLOCKED = "unlocked"
    HELD = "held"
    RESUMED = "resumed"
    CYCLE = "cycle"
    MIGRATED = "migrated"
    TRACK = "track"
    RULES = "rules"
    UNDONE = "undone"
    ENDED = "ended"
    COMPLETED = "completed"


# What a person may take back while nothing has come after it.
UNDOABLE = (
    RevisionKind.MOVED,
    RevisionKind.BOOKED,
    RevisionKind.RELEASED,
    RevisionKind.RECORDED,
    RevisionKind.CLOSED,
    RevisionKind.UNLOCKED,
)
