"""Registering patients and keeping what is known about them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, DataError, IntegrityError, transaction

from carttrack.accounts.domain import Role
from carttrack.accounts.models import User
from carttrack.audit.models import HistoryEntry
from journeys.patients.models import CareRelation, Patient
from journeys.patients.services import (
    DateImpossible,
    EmailTaken,
    IdentifierTaken,
    NotAtCentre,
    record_death,
    record_withdrawal,
    register_patient,
    update_contacts,
)
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
TODAY = date(2026, 3, 3)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def member():
    return MembershipFactory()


def register(member, **changes):
    """Register a valid patient, with the changes a test is about."""
    arguments = {
        "given_name": "Anna",
        "family_name": "Lind",
        "birth_on": date(1961, 5, 4),
        "identifier_system": "hospital-number",
        "identifier": "H 12-34",
        "centre": member.centre,
        "by": member.user,
        "today": TODAY,
        "now": NOW,
        "email": "Anna@Example.org",
    }
    return register_patient(**(arguments | changes))


def contacts(patient, by, **changes):
    """Write the patient's contacts as they are, with the changes a test is about."""
    arguments = {
        "language": patient.language,
        "email": patient.email,
        "phone": patient.phone,
        "time_zone": patient.time_zone,
        "travel_minutes": patient.travel_minutes,
        "contact_name": patient.contact_name,
        "contact_phone": patient.contact_phone,
    }
    return update_contacts(patient=patient, by=by, now=NOW, **(arguments | changes))


def test_a_registered_patient_is_in_the_centres_care_and_can_sign_in_with_a_code(member):
    patient = register(member)

    patient.refresh_from_db()
    care = patient.care_relations.get()
    assert (care.centre, care.role, care.from_on) == (member.centre, "treating", TODAY)
    assert (patient.identifier, patient.time_zone) == ("H 12-34", member.centre.time_zone)
    assert patient.user.email == patient.email == "anna@example.org"
    assert not patient.user.has_usable_password()


def test_registering_leaves_one_history_entry(member):
    patient = register(member)

    entry = HistoryEntry.objects.get(patient_uid=patient.uid)
    assert (entry.action, entry.actor, entry.centre) == (
        "patient.registered",
        member.user,
        member.centre,
    )


def test_without_an_address_there_is_no_sign_in(member):
    assert register(member, email="").user is None


def test_an_identifier_is_registered_once_however_it_is_written(member):
    register(member)

    with pytest.raises(IdentifierTaken) as refusal:
        register(member, identifier="h1234", email="")

    assert not refusal.value.args
    assert Patient.objects.count() == 1
    assert HistoryEntry.objects.count() == 1


def test_the_same_characters_may_be_another_kind_of_identifier(member):
    register(member)

    register(member, identifier_system="other", email="")

    assert Patient.objects.count() == 2


def test_an_address_that_signs_somebody_in_is_refused_and_nothing_is_kept(member):
    UserFactory(email="anna@example.org")

    with pytest.raises(EmailTaken):
        register(member)

    assert not Patient.objects.exists()


@pytest.mark.parametrize("changes", [{"birth_on": TOMORROW}, {"care_from_on": TOMORROW}])
def test_a_day_in_the_future_is_refused(member, changes):
    with pytest.raises(DateImpossible):
        register(member, **changes)


def test_only_clinical_staff_of_the_centre_may_register(member):
    administrator = MembershipFactory(centre=member.centre, role=Role.ADMINISTRATOR)
    elsewhere = MembershipFactory()

    for person in (administrator.user, elsewhere.user):
        with pytest.raises(NotAtCentre):
            register(member, by=person)


def test_a_new_address_becomes_the_sign_in_and_the_history_says_what_changed(member):
    patient = register(member)

    contacts(patient, member.user, email="new@example.org", travel_minutes=90)

    entry = HistoryEntry.objects.get(action="patient.contacts_changed")
    assert entry.before == {"email": "anna@example.org", "travel_minutes": None}
    assert entry.after == {"email": "new@example.org", "travel_minutes": 90}
    assert User.objects.get(patient=patient).email == "new@example.org"


def test_a_first_address_gives_a_sign_in(member):
    patient = contacts(register(member, email=""), member.user, email="anna@example.org")

    assert patient.user.email == "anna@example.org"


def test_contacts_that_stay_the_same_leave_no_history(member):
    patient = register(member)

    contacts(patient, member.user)

    assert not HistoryEntry.objects.filter(action="patient.contacts_changed").exists()


def test_somebody_elses_address_is_refused(member):
    patient = register(member)
    UserFactory(email="taken@example.org")

    with pytest.raises(EmailTaken):
        contacts(patient, member.user, email="taken@example.org")


@pytest.mark.parametrize(
    ("service", "field", "action"),
    [
        (record_death, "died_on", "patient.died"),
        (record_withdrawal, "withdrew_on", "patient.withdrew"),
    ],
)
def test_the_end_is_kept_once_with_its_history(member, service, field, action):
    patient = register(member)

    for _again in range(2):
        service(patient=patient, **{field: TODAY}, by=member.user, today=TODAY, now=NOW)

    patient.refresh_from_db()
    assert getattr(patient, field) == TODAY
    assert HistoryEntry.objects.get(action=action).after == {field: "2026-03-03"}


@pytest.mark.parametrize("day", [TOMORROW, date(1961, 5, 3)])
def test_nobody_dies_tomorrow_or_before_birth(member, day):
    patient = register(member)

    with pytest.raises(DateImpossible):
        record_death(patient=patient, died_on=day, by=member.user, today=TODAY, now=NOW)


@pytest.mark.parametrize("fields", [{"identifier": ""}, {"died_on": date(1900, 1, 1)}])
def test_an_impossible_patient_is_refused_by_the_database(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        PatientFactory(**fields)


def test_an_unknown_zone_is_refused_by_the_database():
    with pytest.raises(DataError), transaction.atomic():
        PatientFactory(time_zone="Mars/Olympus")


@pytest.mark.parametrize("model", [Patient, CareRelation])
@pytest.mark.feature(110)
def test_a_patient_is_never_deleted(member, model):
    register(member)

    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        model.objects.all()._raw_delete("default")
