"""What every SMS gateway offers, and how an answer over HTTP is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from uuid import UUID

from notifications.channels.http import Answer
from notifications.domain.message import Outcome, Result, without_addresses
from notifications.domain.receipts import Receipt

# The account, the pace or the moment is at fault and not the message: it may work later.
NOT_NOW = frozenset({401, 402, 408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A form as it is posted to a gateway."""

    path: str
    form: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A receipt as it came in: what it says, at which address of ours, and how it was signed.

    `url` is the address that the gateway was given, `token` the last part of it.
    """

    url: str
    message: UUID
    token: str
    form: Mapping[str, str]
    headers: Mapping[str, str]
    came_from: str


class Gateway(Protocol):
    """A company that takes texts over HTTP and reports what became of them.

    `url` is where its interface lives unless the settings name another place.
    """

    name: str
    url: str

    def posted(self, *, address: str, text: str, callback: str) -> Posted:
        """Write one text as the gateway wants it; it reports to `callback`."""

    def outcome(self, answer: Answer) -> Outcome:
        """Read what the gateway answered."""

    def is_authentic(self, callback: Callback) -> bool:
        """Tell whether a receipt is the gateway's own."""

    def receipt(self, callback: Callback) -> Receipt | None:
        """Read an authentic receipt; None when it says nothing that we know."""


def refusal(answer: Answer, *, code: str, text: str, reason: str) -> Outcome:
    """Read an answer that is not a yes: what has to do with the message is for good.

    A code that is not a number tells the sweep that the channel is at fault, which slows it down.
    """
    if answer.status in NOT_NOW or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        code = f"http_{answer.status}"
        return Outcome(result=Result.AGAIN, code=code, text=without_addresses(text))
    return Outcome(result=Result.REFUSED, code=code, text=without_addresses(text), reason=reason)
