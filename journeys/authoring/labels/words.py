"""The words for the values that a protocol chooses from: kinds, directions, channels, people."""

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from journeys.authoring.domain.migrating import MigrationReason
from journeys.authoring.domain.trials import Story
from journeys.planning.domain.protocol import (
    ActivityKind,
    Evidence,
    Roll,
    Words,
)
from journeys.planning.domain.reminding import Audience, ReminderWhen

FALLBACK = "en"

KIND_LABELS: dict[ActivityKind, Promise] = {
    ActivityKind.DECISION: _("Decision"),
    ActivityKind.PROCEDURE: _("Procedure"),
    ActivityKind.TREATMENT: _("Treatment"),
    ActivityKind.PRODUCT: _("Product"),
    ActivityKind.CHECK: _("Check"),
    ActivityKind.VISIT: _("Visit"),
    ActivityKind.RESTRICTION: _("Restriction that ends by itself"),
}

ROLL_LABELS: dict[Roll, Promise] = {
    Roll.NEAREST: _("nearest open day"),
    Roll.LATER: _("next open day"),
    Roll.EARLIER: _("open day before"),
    Roll.EXACT: _("exactly that day, open or closed"),
}

AUDIENCE_LABELS: dict[Audience, Promise] = {
    Audience.PATIENT: _("the patient"),
    Audience.CAREGIVER: _("the relative or friend"),
    Audience.COORDINATOR: _("the coordinator"),
    Audience.LEAD: _("another coordinator"),
    Audience.CLINICIAN: _("the clinician"),
    Audience.DATA_MANAGER: _("the data manager"),
    Audience.REFERRING: _("the referring centre"),
}

WHEN_LABELS: dict[ReminderWhen, Promise] = {
    ReminderWhen.ALWAYS: _("booked or not"),
    ReminderWhen.BOOKED: _("if it is booked"),
    ReminderWhen.UNBOOKED: _("if it is not booked"),
    ReminderWhen.DONE: _("once it is done"),
}

STORY_LABELS: dict[Story, Promise] = {
    Story.AS_PLANNED: _("As planned"),
    Story.PRODUCT_LATE: _("Product 14 days late"),
    Story.INFECTION: _("Infection, 10 days later"),
}

MIGRATION_REASON_LABELS: dict[MigrationReason, Promise] = {
    MigrationReason.NEW_PROTOCOL: _("The centre's protocol changed"),
    MigrationReason.LABEL_CHANGED: _("The product's label changed"),
    MigrationReason.CORRECTION: _("Correction of a mistake in the protocol"),
    MigrationReason.PATIENT_CHOICE: _("The patient's wish"),
    MigrationReason.OTHER: _("Other"),
}

EVIDENCE_LABELS: dict[Evidence, Promise] = {
    Evidence.CONFIRMATION: _("confirmed by name"),
    Evidence.FORM: _("form"),
    Evidence.SIGNATURE: _("signature"),
    Evidence.PRODUCT_STATUS: _("product status"),
}

# The protocol's schema lists these; a test keeps the two lists equal.
MESSAGE_LABELS: dict[str, Promise] = {
    "appointment_booked": _("Appointment booked"),
    "visit_soon": _("Visit soon"),
    "visit_ahead": _("Visit being planned"),
    "visit_missed": _("Visit missed"),
    "prepare": _("To be prepared"),
    "waiting_news": _("News while waiting"),
    "going_home": _("Going home"),
    "limits_soon": _("Restriction ends soon"),
    "new_advice": _("New advice"),
    "plan_changed": _("Plan changed"),
    "support_soon": _("Visit soon, to the contact person"),
    "support_home": _("Going home, to the contact person"),
    "support_missed": _("Visit missed, to the contact person"),
    "visit_due": _("Visit due"),
    "book_soon": _("Book soon"),
    "date_passed": _("Date passed"),
    "tests_lapse": _("Tests about to lapse"),
    "waiting_check": _("Weekly check while waiting"),
    "arrival_soon": _("Product expected soon"),
    "bridging_due": _("Bridging due"),
    "checks_due": _("Checks due"),
    "decision_due": _("Decision due"),
    "protection_review": _("Protection review"),
    "letter_due": _("Letter due"),
    "form_due": _("Registry form due"),
    "form_overdue": _("Registry form overdue"),
    "referring_news": _("News for the referring centre"),
    "lost_contact": _("Nobody reached"),
}

CHANNEL_LABELS: dict[str, Promise] = {
    "email": _("e-mail"),
    "sms": _("text message"),
    "in_app": _("message in the application"),
}

PURPOSE_LABELS: dict[str, Promise] = {
    "comfort": _("comfort"),
    "safety": _("safety"),
}

QUIET_LABELS: dict[str, Promise] = {
    "wait": _("waits for the morning"),
    "ignore": _("goes out at any hour"),
}

MEASURED_LABELS: dict[str, Promise] = {
    "target": _("the target day"),
    "anchor": _("the day it counts from"),
}


def said(words: Words) -> str:
    """Return a text in the reader's language, otherwise in English; empty when there is none."""
    language = (get_language() or FALLBACK).split("-")[0]
    return words.get(language) or words.get(FALLBACK, "")
