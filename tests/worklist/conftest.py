"""A centre with its people and one journey."""

import pytest
from django.test import Client

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from journeys.planning.models import Journey
from tests.factories import CentreFactory, journey_at, staff


@pytest.fixture
def centre(db) -> Centre:
    return CentreFactory()


@pytest.fixture
def coordinator(centre) -> User:
    return staff(centre, name="Anna Koordinator")


@pytest.fixture
def clinician(centre) -> User:
    return staff(centre, Role.CLINICIAN, name="Karin Kliniker")


@pytest.fixture
def journey(centre, coordinator, clinician) -> Journey:
    return journey_at(centre, coordinator=coordinator, clinician=clinician)


@pytest.fixture
def desk(client, coordinator) -> Client:
    """A browser in which the coordinator is signed in."""
    client.force_login(coordinator)
    return client
