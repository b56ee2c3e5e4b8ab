"""How many messages pass the fence together follows from how fast they leave."""

import pytest

from notifications.domain.pace import MOST, Pace


def test_the_first_goes_alone():
    assert Pace().size == 1


@pytest.mark.parametrize(
    ("messages", "seconds", "size"),
    [
        (1, 0.0, MOST),
        (1, 0.001, MOST),
        (8, 0.02, MOST),
        (1, 0.005, 4),
        (4, 0.04, 2),
        (1, 0.02, 1),
        (1, 30.0, 1),
        (0, 0.0, 1),
    ],
)
def test_so_many_go_together_as_leave_in_a_moment(messages, seconds, size):
    pace = Pace()

    pace.note(messages=messages, seconds=seconds)

    assert pace.size == size


def test_one_that_becomes_slow_goes_alone_again():
    pace = Pace()
    pace.note(messages=1, seconds=0.001)

    pace.note(messages=3, seconds=1.2)

    assert pace.size == 1


def test_nothing_is_learnt_from_no_messages():
    pace = Pace()
    pace.note(messages=1, seconds=0.001)

    pace.note(messages=0, seconds=9.0)

    assert pace.size == MOST
