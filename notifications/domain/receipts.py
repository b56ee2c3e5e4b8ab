"""What a provider reports after it took a message, and what that changes."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.domain.states import LIVE, State


class Verdict(StrEnum):
    """What became of a message that the provider had taken."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    FAILED = "failed"
    COMPLAINED = "complained"  # it arrived, and was called unwanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One report about one message.

    `reason` says why a message failed, `blocks` why nothing more may go to its address; a failure
    that blocks nothing counts as one refusal. `address` is where it went, as far as the report
    says it; nobody keeps it.
    """

    verdict: Verdict
    provider_id: str = ""
    code: str = ""
    reason: str = ""
    blocks: str = ""
    address: str = ""


# The provider had taken it, so that it cannot have been tried in vain.
TAKEN = frozenset({State.SENDING, State.SENT, State.DELIVERED, State.UNKNOWN})


def state_after(state: State, verdict: Verdict, *, attempts: int) -> State | None:
    """Return the state that a report brings a message into; None when it changes nothing.

    Reports come late, twice and in any order. What has been delivered is not on its way again,
    what a person or the plan decided stays. A message in doubt, or waiting to be tried again,
    has left after all when somebody reports about it. A failure reported during a second try may
    be the first one's.
    """
    if verdict is Verdict.FAILED:
        is_of_this_try = state is not State.SENDING or attempts == 1
        return State.FAILED if state in TAKEN and is_of_this_try else None
    after = State.SENT if verdict is Verdict.ON_ITS_WAY else State.DELIVERED
    if state in {State.SENDING, State.UNKNOWN} or (state in LIVE and attempts):
        return after
    return after if state is State.SENT and after is State.DELIVERED else None
