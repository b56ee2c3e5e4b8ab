"""A patient on a journey, at the centre of the planning tests, seen on today's date."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.planning.conftest import (  # noqa: F401 - fixtures are found by their names
    STOCKHOLM,
    activity_of,
    at,
    team,
)


@pytest.fixture
def today():
    return timezone.localdate(timezone=STOCKHOLM)


def days(number):
    return timedelta(days=number)


STATES = {
    # name: (days since the referral, what has happened)
    "referred": (3, None),
    "accepted": (20, "eligibility"),
    "collected": (45, "leukapheresis"),
    "delivered": (70, "product_received"),
    "infused": (75, "infusion"),
    "home": (110, "discharge"),
    "seen": (150, "return_visit"),
}


def carried(team, today, state, *, number=1, protocol="car-t-standard"):  # noqa: F811
    """Return the journey of a patient who came as far as `state` by today."""
    since, code = STATES[state]
    journey = team.refer(protocol, on=today - days(since), number=number)
    if code:
        team.carry_to(journey, code)
    return journey


@pytest.fixture
def own_page(client):
    """Return a function that opens the home of a journey's own patient."""

    def open_home(journey):
        client.force_login(journey.patient.user)
        return client.get("/my/")

    return open_home
