"""What a report changes, whenever and however often it comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.receipts import Verdict, state_after
from notifications.domain.states import State, check_move

SENT_OR_LATER = [State.SENT, State.DELIVERED, State.FAILED]


@pytest.mark.parametrize(
    ("state", "verdict", "after"),
    [
        (State.SENT, Verdict.DELIVERED, State.DELIVERED),
        (State.SENT, Verdict.ON_ITS_WAY, None),
        (State.SENT, Verdict.FAILED, State.FAILED),
        (State.SENT, Verdict.COMPLAINED, State.DELIVERED),
        (State.DELIVERED, Verdict.FAILED, State.FAILED),
        (State.DELIVERED, Verdict.ON_ITS_WAY, None),
        (State.DELIVERED, Verdict.COMPLAINED, None),
        (State.UNKNOWN, Verdict.ON_ITS_WAY, State.SENT),
        (State.UNKNOWN, Verdict.DELIVERED, State.DELIVERED),
        (State.UNKNOWN, Verdict.FAILED, State.FAILED),
        (State.SENDING, Verdict.DELIVERED, State.DELIVERED),
        (State.SENDING, Verdict.FAILED, State.FAILED),
        (State.PENDING, Verdict.ON_ITS_WAY, State.SENT),
        (State.LEASED, Verdict.DELIVERED, State.DELIVERED),
        (State.PENDING, Verdict.FAILED, None),
        (State.FAILED, Verdict.DELIVERED, None),
        (State.SUPPRESSED, Verdict.DELIVERED, None),
        (State.EXPIRED, Verdict.FAILED, None),
    ],
)
def test_a_report_changes_what_it_can(state, verdict, after):
    assert state_after(state, verdict, attempts=1) is after


def test_a_message_that_was_never_tried_did_not_leave():
    assert state_after(State.PENDING, Verdict.DELIVERED, attempts=0) is None


def test_a_failure_during_a_second_try_may_be_the_first_ones():
    assert state_after(State.SENDING, Verdict.FAILED, attempts=2) is None


@given(
    state=st.sampled_from(State),
    verdict=st.sampled_from(Verdict),
    attempts=st.integers(0, 6),
)
def test_every_change_is_a_move_of_the_ledger_and_comes_once(state, verdict, attempts):
    after = state_after(state, verdict, attempts=attempts)

    if after is not None:
        check_move(state, after)
        assert state_after(after, verdict, attempts=attempts) is None


@given(verdicts=st.lists(st.sampled_from(Verdict)))
def test_reports_in_any_order_never_make_a_message_due_again(verdicts):
    state = State.UNKNOWN
    for verdict in verdicts:
        state = state_after(state, verdict, attempts=1) or state

    assert state in {State.UNKNOWN, *SENT_OR_LATER}
