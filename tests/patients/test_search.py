"""Finding a patient by the beginnings of names, or by identifier, and what a head shows."""

from datetime import date

import pytest

from journeys.patients.models import Patient
from journeys.patients.selectors import head_of
from tests.accounts.factories import MembershipFactory
from tests.patients.factories import CareRelationFactory, PatientFactory

pytestmark = pytest.mark.django_db


def found(text):
    return [patient.full_name for patient in Patient.objects.search(text).order_by("pk")]


@pytest.mark.parametrize(
    "text", ["lind a", "a lind", "ANNA", "anna-lena lind", "lena", "  Lind,  Anna ", "öst"]
)
def test_a_name_is_found_by_the_beginning_of_its_words_in_any_order(text):
    PatientFactory(given_name="Anna-Lena", family_name="Lind Östberg")
    PatientFactory(given_name="Bo", family_name="Ek")

    assert found(text) == ["Anna-Lena Lind Östberg"]


@pytest.mark.parametrize(
    "text", ["", "   ", "&", "' | :*", "\x00", "ind", "lind bo", "%", "lind:*z"]
)
def test_what_is_not_the_beginning_of_a_name_finds_nobody(text):
    PatientFactory(given_name="Anna", family_name="Lind")

    assert found(text) == []


@pytest.mark.parametrize("text", ["19610504-1234", "196105041234", "196105", "19610504 12"])
def test_an_identifier_is_found_whole_or_by_its_beginning_however_it_is_typed(text):
    PatientFactory(given_name="Anna", family_name="Lind", identifier="19610504-1234")

    assert found(text) == ["Anna Lind"]


def test_names_of_other_centres_are_not_found():
    hers = CareRelationFactory(patient__family_name="Lind")
    CareRelationFactory(patient__family_name="Lindberg")
    member = MembershipFactory(centre=hers.centre).user

    assert list(Patient.objects.visible_to(member).search("lind")) == [hers.patient]


@pytest.mark.parametrize("count", [1, 30])
def test_a_search_needs_one_query_however_many_patients(count, django_assert_num_queries):
    member = MembershipFactory()
    CareRelationFactory.create_batch(count, centre=member.centre)

    with django_assert_num_queries(1):
        assert len(Patient.objects.visible_to(member.user).search("lind")) == count


def test_the_head_masks_the_identifier_and_stops_the_age_at_death():
    patient = PatientFactory.build(
        birth_on=date(1961, 5, 4), died_on=date(2020, 5, 3), identifier="19610504-1234"
    )

    head = head_of(patient, today=date(2026, 3, 3))

    assert (head.age, head.identifier, head.has_died) == (58, "19610504-••••", True)
