"""Patients for tests; every name is invented."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from journeys.patients.domain import CareRole
from journeys.patients.models import CareRelation, Patient
from tests.accounts.factories import CentreFactory, UserFactory


class PatientFactory(DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    given_name = "Anna"
    family_name = factory.Sequence("Lind{}".format)
    birth_on = date(1961, 5, 4)
    identifier_system = "hospital-number"
    identifier = factory.Sequence("H-{:06}".format)
    time_zone = "Europe/Stockholm"
    created_at = datetime(2026, 1, 1, tzinfo=UTC)

    class Params:
        with_sign_in = factory.Trait(
            user=factory.SubFactory(UserFactory, without_password=True),
            email=factory.SelfAttribute("user.email"),
        )


class CareRelationFactory(DjangoModelFactory[CareRelation]):
    class Meta:
        model = CareRelation

    patient = factory.SubFactory(PatientFactory)
    centre = factory.SubFactory(CentreFactory)
    role = CareRole.TREATING
    from_on = date(2020, 1, 1)
