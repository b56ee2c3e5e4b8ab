"""Which way a message goes."""

import pytest

from notifications.domain.reach import channel_for, next_channel

OPEN = ("email", "sms")


@pytest.mark.feature(82)
@pytest.mark.parametrize(
    ("wanted", "preferred", "usable", "channel"),
    [
        ("email", "", {"email", "sms"}, "email"),
        ("email", "sms", {"email", "sms"}, "sms"),
        ("email", "sms", {"email"}, "email"),
        ("sms", "", {"email"}, "email"),
        ("sms", "email", set(), "sms"),
        ("in_app", "sms", {"email", "sms"}, "in_app"),
    ],
)
def test_the_own_choice_comes_first_and_what_works_before_what_does_not(
    wanted, preferred, usable, channel
):
    assert channel_for(wanted, preferred=preferred, usable=usable, open_channels=OPEN) == channel


@pytest.mark.feature(85)
@pytest.mark.parametrize(
    ("failed", "tried", "usable", "channel"),
    [
        ("sms", {"sms"}, {"email", "sms"}, "email"),
        ("sms", {"sms", "email"}, {"email", "sms"}, None),
        ("sms", {"sms"}, {"sms"}, None),
        ("in_app", {"in_app"}, {"email"}, None),
    ],
)
def test_another_way_is_tried_once_and_then_a_person_decides(failed, tried, usable, channel):
    assert next_channel(failed, tried=tried, usable=usable, open_channels=OPEN) == channel
