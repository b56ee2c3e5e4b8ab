"""The mark of a state: a word, a shape and a colour."""

from enum import StrEnum

import pytest

from carttrack.ui import states


@pytest.mark.parametrize("code", sorted(states.LOOKS))
def test_every_state_has_a_word_and_a_shape(code):
    html = states.mark(code)

    assert str(states.look(code).word) in html
    assert "<svg" in html
    assert 'aria-hidden="true"' in html


def test_a_quiet_mark_still_says_its_word_to_those_who_listen():
    assert '<span class="visually-hidden">Overdue</span>' in states.mark("overdue", quiet=True)


def test_another_word_can_stand_in_and_is_escaped():
    assert "6 days &lt;late&gt;" in states.mark("overdue", label="6 days <late>")


def test_a_member_of_an_enum_is_a_state():
    class Progress(StrEnum):
        DONE = "done"

    assert states.mark(Progress.DONE) == states.mark("done")


def test_states_of_one_tone_differ_in_shape():
    shown = [(look.tone, look.shape) for code, look in states.LOOKS.items() if code in PLAN]

    assert len(set(shown)) == len(shown)


PLAN = ("done", "now", "next", "later", "planned", "booked", "at_risk", "overdue", "blocked")


def test_a_state_without_a_look_is_refused():
    with pytest.raises(states.UnknownState):
        states.mark("perhaps")
