"""Registering patients and keeping what is known about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from carttrack.accounts.domain import CLINICAL_ROLES
from carttrack.accounts.models import Centre, Membership, User
from carttrack.audit.services import record
from journeys.patients.domain import OLDEST_YEARS, CareRole, age_on
from journeys.patients.models import CareRelation, Patient

CONTACT_FIELDS: tuple[str, ...] = (
    "language",
    "email",
    "phone",
    "time_zone",
    "travel_minutes",
    "contact_name",
    "contact_phone",
)


class IdentifierTaken(Exception):
    """A patient with this identifier is registered, perhaps where the caller may not look."""


class EmailTaken(Exception):
    """Somebody else signs in with this e-mail address."""


class DateImpossible(Exception):
    """The date lies in the future, before the patient was born, or before anybody alive was."""


class NotAtCentre(Exception):
    """The person has no clinical role at the centre today."""


@transaction.atomic
def register_patient(
    *,
    given_name: str,
    family_name: str,
    birth_on: date,
    identifier_system: str,
    identifier: str,
    centre: Centre,
    by: User,
    today: date,
    now: datetime,
    care_role: CareRole = CareRole.TREATING,
    care_from_on: date | None = None,
    language: str = "en",
    email: str = "",
    phone: str = "",
    time_zone: str = "",
    travel_minutes: int | None = None,
    contact_name: str = "",
    contact_phone: str = "",
) -> Patient:
    """Register a patient in the care of a centre, with a sign-in when there is an address.

    The zone defaults to the centre's and the care begins `today` unless told otherwise.

    Units:
        birth_on, care_from_on, today: local calendar dates at the centre.

    Raises:
        NotAtCentre: `by` may not register patients at this centre.
        DateImpossible: the birth or the beginning of the care is after `today`, or the patient
            would be older than anybody ever was.
        IdentifierTaken: a patient has this identifier already.
        EmailTaken: the address belongs to somebody else's sign-in.
    """
    if not Membership.objects.of(by, CLINICAL_ROLES).filter(centre=centre).exists():
        raise NotAtCentre
    from_on = care_from_on or today
    if birth_on > today or from_on > today or age_on(birth_on, today) > OLDEST_YEARS:
        raise DateImpossible
    patient = Patient(
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        birth_on=birth_on,
        identifier_system=identifier_system,
        identifier=identifier,
        language=language,
        email=email.strip().lower(),
        phone=phone,
        time_zone=time_zone or centre.time_zone,
        travel_minutes=travel_minutes,
        contact_name=contact_name,
        contact_phone=contact_phone,
        created_at=now,
    )
    with _refusing_duplicates():
        _give_sign_in(patient)
        patient.save(force_insert=True)
    CareRelation.objects.create(patient=patient, centre=centre, role=care_role, from_on=from_on)
    record(
        actor=by,
        action="patient.registered",
        patient_uid=patient.uid,
        subject=patient,
        centre=centre,
        after={"care_role": care_role, "care_from_on": from_on, "has_sign_in": bool(patient.user)},
        now=now,
    )
    return patient


@transaction.atomic
def update_contacts(
    *,
    patient: Patient,
    language: str,
    email: str,
    phone: str,
    time_zone: str,
    travel_minutes: int | None,
    contact_name: str,
    contact_phone: str,
    by: User,
    now: datetime,
) -> Patient:
    """Change how a patient and their relative are reached; a new address becomes the sign-in.

    Without an address the sign-in stays what it was.

    Raises:
        EmailTaken: the address belongs to somebody else's sign-in.
    """
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    before = _contacts(patient)
    patient.language = language
    patient.email = email.strip().lower()
    patient.phone = phone
    patient.time_zone = time_zone
    patient.travel_minutes = travel_minutes
    patient.contact_name = contact_name
    patient.contact_phone = contact_phone
    with _refusing_duplicates():
        _give_sign_in(patient)
        patient.save(update_fields=[*CONTACT_FIELDS, "user"])
    after = _contacts(patient)
    changed = [field for field in CONTACT_FIELDS if before[field] != after[field]]
    if changed:
        record(
            actor=by,
            action="patient.contacts_changed",
            patient_uid=patient.uid,
            subject=patient,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
            now=now,
        )
    return patient


@transaction.atomic
def record_death(
    *, patient: Patient, died_on: date, by: User, today: date, now: datetime
) -> Patient:
    """Keep the day a patient died. Stopping plans and messages is the caller's part.

    Raises:
        DateImpossible: the day is after `today` or before the birth.
    """
    return _record_day(patient, field="died_on", day=died_on, by=by, today=today, now=now)


@transaction.atomic
def record_withdrawal(
    *, patient: Patient, withdrew_on: date, by: User, today: date, now: datetime
) -> Patient:
    """Keep the day a patient withdrew. Stopping plans and messages is the caller's part.

    Raises:
        DateImpossible: the day is after `today` or before the birth.
    """
    return _record_day(patient, field="withdrew_on", day=withdrew_on, by=by, today=today, now=now)


@transaction.atomic
def take_back_day(*, patient: Patient, field: str, by: User, reason: str, now: datetime) -> Patient:
    """Take back the day a patient died or withdrew, which was recorded by mistake."""
    action = TAKEN_BACK[field]
    return _keep_day(patient, field=field, day=None, action=action, note=reason, by=by, now=now)


ACTIONS = {"died_on": "patient.died", "withdrew_on": "patient.withdrew"}
TAKEN_BACK = {"died_on": "patient.death_taken_back", "withdrew_on": "patient.withdrawal_taken_back"}


def _record_day(
    patient: Patient, *, field: str, day: date, by: User, today: date, now: datetime
) -> Patient:
    if not patient.birth_on <= day <= today:
        raise DateImpossible
    return _keep_day(patient, field=field, day=day, action=ACTIONS[field], by=by, now=now)


def _keep_day(
    patient: Patient,
    *,
    field: str,
    day: date | None,
    action: str,
    by: User,
    now: datetime,
    note: str = "",
) -> Patient:
    """Write one of the patient's days, with its history, unless it stands there already."""
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    before = getattr(patient, field)
    if before == day:
        return patient
    setattr(patient, field, day)
    patient.save(update_fields=[field])
    record(
        actor=by,
        action=action,
        patient_uid=patient.uid,
        subject=patient,
        before={field: before},
        after={field: day},
        note=note,
        now=now,
    )
    return patient


def _give_sign_in(patient: Patient) -> None:
    """Let the patient's address sign in with one-time codes; a patient never has a password."""
    if not patient.email:
        return
    if patient.user is None:
        patient.user = User.objects.create_user(
            patient.email, name=patient.full_name, language=patient.language
        )
    else:
        patient.user.email = patient.email
        patient.user.language = patient.language
        patient.user.save(update_fields=["email", "language"])


TAKEN: dict[str | None, type[Exception]] = {
    "patient_identifier_once_per_system": IdentifierTaken,
    "user_email_once": EmailTaken,
}


@contextmanager
def _refusing_duplicates() -> Iterator[None]:
    """Turn the database's refusal of a double into its name; it also wins every race.

    The refusal says nothing about the row that stands in the way, which may be one that the
    caller must not see.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        refusal = (
            TAKEN.get(cause.diag.constraint_name) if isinstance(cause, UniqueViolation) else None
        )
        if refusal is None:
            raise
        raise refusal from None


def _contacts(patient: Patient) -> dict[str, str | int | None]:
    values = {field: getattr(patient, field) for field in CONTACT_FIELDS}
    return {
        field: value if value is None or isinstance(value, int) else str(value)
        for field, value in values.items()
    }
