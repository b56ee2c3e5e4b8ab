"""A centre whose coordinator has a draft of the standard protocol open."""

import pytest
from django.test import Client

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from journeys.authoring.models import ProtocolDraft
from tests.authoring.factories import draft_of
from tests.factories import CentreFactory, staff


@pytest.fixture
def centre(db) -> Centre:
    return CentreFactory(code="north-unit", region="eu")


@pytest.fixture
def author(centre) -> User:
    return staff(centre, name="Anna Author")


@pytest.fixture
def colleague(centre) -> User:
    return staff(centre, Role.ADMINISTRATOR, name="Carl Colleague")


@pytest.fixture
def office(client, author) -> Client:
    """A browser in which the coordinator is signed in."""
    client.force_login(author)
    return client


@pytest.fixture
def draft(centre, author) -> ProtocolDraft:
    return draft_of(centre, by=author)
