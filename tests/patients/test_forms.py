"""The form offers what the person may choose, and nothing else."""

import pytest

from carttrack.accounts.domain import Role
from journeys.patients.forms import PatientForm
from tests.accounts.factories import MembershipFactory

pytestmark = pytest.mark.django_db

TYPED = {
    "given_name": "Anna",
    "family_name": "Lind",
    "birth_on": "1961-05-04",
    "identifier_system": "hospital-number",
    "identifier": "H 12-34",
    "language": "en",
    "phone": "+46 8 123 456 78",
}


def test_what_is_typed_becomes_what_the_service_takes():
    member = MembershipFactory()

    form = PatientForm(TYPED | {"centre": member.centre.pk}, user=member.user)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["centre"] == member.centre
    assert form.cleaned_data["identifier"] == "H 12-34"


def test_only_centres_of_a_clinical_role_can_be_chosen():
    member = MembershipFactory(role=Role.ADMINISTRATOR)

    form = PatientForm(TYPED | {"centre": member.centre.pk}, user=member.user)

    assert "centre" in form.errors


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("phone", "12"),
        ("email", "anna"),
        ("birth_on", "1961-02-30"),
        ("time_zone", "Mars/Olympus"),
        ("language", "tlh"),
        ("family_name", "\x00"),
        ("identifier", ""),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(field, typed):
    member = MembershipFactory()

    form = PatientForm(TYPED | {"centre": member.centre.pk, field: typed}, user=member.user)

    assert list(form.errors) == [field]
