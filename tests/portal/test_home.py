"""What a patient sees at home, in each state of the journey."""

import re

import pytest

from journeys.planning.domain.states import EndReason, MoveReason
from journeys.planning.services import end_journey
from journeys.portal.selectors import home
from tests.portal.conftest import STATES, activity_of, at, carried, days


@pytest.mark.parametrize("state", STATES)
def test_the_page_opens_in_each_state(team, today, own_page, state):
    answer = own_page(carried(team, today, state))

    assert answer.status_code == 200
    assert "I feel unwell" in answer.content.decode()
