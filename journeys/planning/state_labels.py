"""Words for states and coded reasons."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys.planning.domain.bad_news import BadNewsKind, QuietPage
from journeys.planning.domain.states import (
    ActivityState,
    CycleReason,
    EndReason,
    HoldReason,
    JourneyStatus,
    LockKind,
    MoveReason,
    RevisionKind,
    StageState,
)

Labels = list[tuple[str, str | Promise]]

JOURNEY_STATUS_LABELS = {
    JourneyStatus.ACTIVE: _("Active"),
    JourneyStatus.ENDED: _("Ended"),
    JourneyStatus.COMPLETED: _("Completed"),
}
STAGE_STATE_LABELS = {
    StageState.PLANNED: _("Planned"),
    StageState.CURRENT: _("Current"),
    StageState.DONE: _("Done"),
    StageState.CANCELLED: _("Cancelled"),
}
ACTIVITY_STATE_LABELS = {
    ActivityState.PLANNED: _("Planned"),
    ActivityState.BOOKED: _("Booked"),
    ActivityState.DONE: _("Done"),
    ActivityState.MISSED: _("Missed"),
    ActivityState.SKIPPED: _("Skipped"),
    ActivityState.CANCELLED: _("Cancelled"),
    ActivityState.NOT_NEEDED: _("Not needed"),
}
LOCK_KIND_LABELS = {
    LockKind.LOCKED: _("Fixed by a person"),
    LockKind.EXPECTED: _("Expected"),
}
END_REASON_LABELS = {
    EndReason.NOT_ELIGIBLE: _("Not eligible"),
    EndReason.SCREEN_FAILURE: _("Screening failed"),
    EndReason.COLLECTION_FAILURE: _("Cells could not be collected"),
    EndReason.MANUFACTURING_FAILURE: _("Manufacturing failed"),
    EndReason.OUT_OF_SPECIFICATION: _("Out of specification, not accepted"),
    EndReason.PROGRESSION: _("Disease progression"),
    EndReason.UNFIT_INFECTION: _("Unfit: infection"),
    EndReason.UNFIT_ORGAN: _("Unfit: organ function"),
    EndReason.UNFIT_PERFORMANCE: _("Unfit: performance status"),
    EndReason.DEATH: _("Death"),
    EndReason.PATIENT_WITHDREW: _("Patient withdrew"),
    EndReason.PHYSICIAN_DECISION: _("Physician's decision"),
    EndReason.LOGISTICS: _("Logistics"),
    EndReason.REMISSION: _("Remission, no need"),
    EndReason.OTHER: _("Other"),
}
MOVE_REASON_LABELS = {
    MoveReason.PRODUCT_LATE: _("Product is late"),
    MoveReason.PRODUCT_EARLY: _("Product is early"),
    MoveReason.INFECTION: _("Infection"),
    MoveReason.UNFIT: _("Patient not fit enough"),
    MoveReason.NO_BED: _("No bed"),
    MoveReason.NO_SLOT: _("No slot"),
    MoveReason.PATIENT_CHOICE: _("Patient's choice"),
    MoveReason.STAFFING: _("Staffing"),
    MoveReason.CORRECTION: _("Correction of a mistake"),
    MoveReason.OTHER: _("Other"),
}
HOLD_REASON_LABELS = {
    HoldReason.INFECTION: _("Infection"),
    HoldReason.BRIDGING: _("Bridging therapy"),
    HoldReason.UNFIT: _("Patient not fit enough"),
    HoldReason.PRODUCT: _("Waiting for the product"),
    HoldReason.PATIENT_CHOICE: _("Patient's choice"),
    HoldReason.LOGISTICS: _("Logistics"),
    HoldReason.OTHER: _("Other"),
}
CYCLE_REASON_LABELS = {
    CycleReason.COLLECTION_FAILURE: _("Cells could not be collected"),
    CycleReason.MANUFACTURING_FAILURE: _("Manufacturing failed"),
    CycleReason.OUT_OF_SPECIFICATION: _("Product out of specification"),
    CycleReason.PRODUCT_LOST: _("Product lost or damaged"),
    CycleReason.SECOND_PRODUCT: _("Another product"),
    CycleReason.RETREATMENT: _("Treated once more"),
    CycleReason.OTHER: _("Other"),
}
REVISION_KIND_LABELS = {
    RevisionKind.STARTED: _("Journey started"),
    RevisionKind.MOVED: _("Date moved"),
    RevisionKind.BOOKED: _("Appointment booked"),
    RevisionKind.RELEASED: _("Appointment cancelled"),
    RevisionKind.RECORDED: _("Event recorded"),
    RevisionKind.VISITED: _("Visit recorded"),
    RevisionKind.CLOSED: _("Activity closed without taking place"),
    RevisionKind.ADDED: _("Unscheduled visit added"),
    RevisionKind.UNLOCKED: _("Date no longer fixed"),
    RevisionKind.HELD: _("Put on hold"),
    RevisionKind.RESUMED: _("Resumed"),
    RevisionKind.CYCLE: _("New cycle started"),
    RevisionKind.MIGRATED: _("Protocol version changed"),
    RevisionKind.TRACK: _("Follow-up changed"),
    RevisionKind.RULES: _("Label rules applied"),
    RevisionKind.UNDONE: _("Last change undone"),
    RevisionKind.ENDED: _("Journey ended"),
    RevisionKind.COMPLETED: _("Journey completed"),
}


def journey_status_choices() -> Labels:
    """Return the choices of a journey's status."""
    return [(key.value, label) for key, label in JOURNEY_STATUS_LABELS.items()]


def stage_state_choices() -> Labels:
    """Return the choices of a stage's state."""
    return [(key.value, label) for key, label in STAGE_STATE_LABELS.items()]


def activity_state_choices() -> Labels:
    """Return the choices of an activity's state."""
    return [(key.value, label) for key, label in ACTIVITY_STATE_LABELS.items()]


def lock_kind_choices() -> Labels:
    """Return the choices for why a day is fixed."""
    return [(key.value, label) for key, label in LOCK_KIND_LABELS.items()]


def end_reason_choices() -> Labels:
    """Return the coded reasons a journey may end for."""
    return [(key.value, label) for key, label in END_REASON_LABELS.items()]


def move_reason_choices() -> Labels:
    """Return the coded reasons a date may be moved for."""
    return [(key.value, label) for key, label in MOVE_REASON_LABELS.items()]


def hold_reason_choices() -> Labels:
    """Return the coded reasons a journey may be put on hold for."""
    return [(key.value, label) for key, label in HOLD_REASON_LABELS.items()]


def cycle_reason_choices() -> Labels:
    """Return the coded reasons a new cycle may start for."""
    return [(key.value, label) for key, label in CYCLE_REASON_LABELS.items()]


def revision_kind_choices() -> Labels:
    """Return the kinds of plan revision."""
    return [(key.value, label) for key, label in REVISION_KIND_LABELS.items()]


BAD_NEWS_LABELS: dict[BadNewsKind, str | Promise] = {
    BadNewsKind.DEATH: _("The patient has died"),
    BadNewsKind.PROGRESSION: _("The illness has come back or grown"),
    BadNewsKind.WITHDRAWAL: _("The patient has withdrawn"),
}
QUIET_PAGE_LABELS: dict[QuietPage, str | Promise] = {
    QuietPage.CONDOLENCE: _("Condolence"),
    QuietPage.CLOSED: _("Closed, without a word"),
    QuietPage.TEAM_CALLS: _("The team will talk with you"),
    QuietPage.PLAN_RESTS: _("The plan is resting"),
    QuietPage.THANKS: _("Thank you, and take care"),
    QuietPage.ENDED: _("The plan has ended"),
}


def bad_news_choices() -> Labels:
    """Return the news after which a patient is written to no more."""
    return [(key.value, label) for key, label in BAD_NEWS_LABELS.items()]


def quiet_page_choices() -> Labels:
    """Return the texts that may stand in place of a patient's pages."""
    return [(key.value, label) for key, label in QUIET_PAGE_LABELS.items()]
