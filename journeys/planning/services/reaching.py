"""How a patient is reached, and their plans' messages with it: one transaction for both."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from carttrack.accounts.models import User
from carttrack.audit.services import record
from journeys.patients.models import Patient
from journeys.patients.services import CONTACT_FIELDS, update_contacts
from journeys.planning.models import Journey
from journeys.planning.services.audiences import patient_person
from journeys.planning.services.reminders import extend_reminders
from journeys.planning.workspace import centre_today
from notifications.models import Recipient
from notifications.services import (
    Preferences,
    keep_preferences,
    prove_address,
    save_recipients,
)

# Where the patient's record keeps what a channel needs.
FIELD_OF = {"email": "email", "sms": "phone"}


def patient_recipient(patient: Patient) -> Recipient:
    """Return the patient as somebody whom messages go to, as their record has them now."""
    return save_recipients([patient_person(patient)])[0]


def known_recipient(patient: Patient) -> Recipient:
    """Return the patient's recipient for a page to show; nothing is written.

    One to whom nothing was ever owed is not kept yet.
    """
    is_theirs = Q(uid=patient.uid)
    if patient.user_id:
        is_theirs |= Q(user=patient.user_id)
    known = Recipient.objects.filter(is_theirs).order_by("user").first()
    return known or Recipient(language=patient.language)


@transaction.atomic
def change_contacts(*, patient: Patient, by: User, now: datetime, **contacts: Any) -> Patient:
    """Change how a patient is reached; what is still to be sent goes there.

    Raises:
        EmailTaken: the address belongs to somebody else's sign-in.
    """
    journeys = _held(patient)
    changed = update_contacts(patient=patient, by=by, now=now, **contacts)
    patient_recipient(changed)
    _plan_again(journeys, now=now)
    return changed


@transaction.atomic
def choose_preferences(
    *, patient: Patient, language: str, chosen: Preferences, by: User, now: datetime
) -> None:
    """Keep what a patient chose about their messages; what is still to be sent follows at once."""
    journeys = _held(patient)
    contacts = {**_contacts(patient), "language": language}
    patient = update_contacts(patient=patient, by=by, now=now, **contacts)
    recipient = patient_recipient(patient)
    before = keep_preferences(recipient=recipient, chosen=chosen, now=now)
    if before != chosen:
        record(
            actor=by,
            action="patient.preferences_changed",
            patient_uid=patient.uid,
            subject=patient,
            before=before.as_record(),
            after=chosen.as_record(),
            now=now,
        )
    _plan_again(journeys, now=now)


@transaction.atomic
def adopt_address(*, patient: Patient, channel: str, value: str, by: User, now: datetime) -> None:
    """Write to a patient at an address that they have proved, from now on.

    Raises:
        EmailTaken: the address belongs to somebody else's sign-in.
    """
    journeys = _held(patient)
    contacts = {**_contacts(patient), FIELD_OF[channel]: value}
    patient = update_contacts(patient=patient, by=by, now=now, **contacts)
    prove_address(recipient=patient_recipient(patient), channel=channel, value=value, now=now)
    _plan_again(journeys, now=now)


def _contacts(patient: Patient) -> dict[str, Any]:
    return {name: getattr(patient, name) for name in CONTACT_FIELDS}


def _held(patient: Patient) -> list[Journey]:
    """Lock the patient's journeys before the patient, as every change of a plan does."""
    held = Journey.objects.active().filter(patient=patient).select_for_update(no_key=True)
    return list(held.order_by("pk"))


def _plan_again(journeys: list[Journey], *, now: datetime) -> None:
    """Let the ledger say how each message goes out from now on."""
    for journey in journeys:
        today: date = centre_today(journey.centre, now=now)
        extend_reminders(journey_uid=journey.uid, now=now, today=today)
