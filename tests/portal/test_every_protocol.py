"""The patient's pages under every shipped protocol, whatever its stages are called."""

import pytest
from django.urls import reverse

from tests.factories import shipped_files
from tests.portal.conftest import days
from tests.portal.test_home import RAW_WORDS, body

PROTOCOLS = shipped_files()[2]


@pytest.mark.parametrize("code", PROTOCOLS)
def test_home_and_each_stage_open_without_a_raw_word(team, today, client, code):
    journey = team.refer(code, on=today - days(3))
    client.force_login(journey.patient.user)
    stages = PROTOCOLS[code][0].stages

    pages = ["/my/", *(reverse("portal:step", args=[stage.code]) for stage in stages)]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert not RAW_WORDS.search(body(answer))
