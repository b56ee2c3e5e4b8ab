"""A patient whose return visit is due, at the centre of the planning tests."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from carttrack.accounts.domain import Role
from journeys.followup.domain.answers import Answer, Mode
from journeys.followup.domain.findings import Findings
from journeys.followup.services import record_visit
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.planning.conftest import (  # noqa: F401 - fixtures are found by their names
    activity_of,
    at,
    journey,
    team,
)


@pytest.fixture
def return_visit(team, journey):  # noqa: F811
    """Return the return visit of a patient who has gone home."""
    team.carry_to(journey, "discharge")
    return activity_of(journey, "return_visit")


def colleague(centre, role=Role.CLINICIAN, **changes):
    """Return somebody with a role at a centre, under an address of their own."""
    user = UserFactory(email=f"{uuid4().hex}@example.net")
    return MembershipFactory(user=user, centre=centre, role=role, **changes).user


def findings(**changes):
    """Return complete and plausible findings, with the changes a test is about."""
    values = {
        "criteria": "lugano_2014",
        "response": "pr",
        "tested_on": None,
        "counts": {"haemoglobin": Decimal(104), "neutrophils": Decimal("1.3")},
        "not_measured": frozenset({"cd4"}),
        "max_crs_grade": 2,
        "max_icans_grade": 0,
        "intensive_care": Answer.NO,
        "infection": Answer.NO,
        "second_cancer": Answer.NO,
        "notes": "Tired, otherwise well.",
    }
    return Findings(**(values | changes))


def record(team, activity, *, found=None, **changes):  # noqa: F811
    """Record a visit on the day that the plan chose, with the changes a test is about."""
    activity.refresh_from_db()
    day = changes.get("seen_on", activity.chosen_on)
    arguments = {
        "activity_uid": activity.uid,
        "seen_on": day,
        "mode": Mode.IN_PERSON,
        "seen_by": team.clinician,
        "findings": found or findings(tested_on=day),
        "by": team.clinician,
        "today": day,
        "now": at(day, 15),
    }
    return record_visit(**(arguments | changes))


def days(number):
    return timedelta(days=number)
