"""What a channel is given and what it answers."""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

ADDRESS = re.compile(r"[^\s<>\"'=:;,]+@[^\s<>\"':;,]+")
LONGEST_ANSWER = 300


class Result(StrEnum):
    """How a try ended."""

    SENT = "sent"
    AGAIN = "again"  # certainly not sent; may work later
    REFUSED = "refused"  # certainly not sent; will not work
    UNKNOWN = "unknown"  # may or may not have been sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text for one recipient; `uid` is the same at every try."""

    uid: UUID
    recipient_id: int
    address: str
    subject: str
    body: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a try ended, in the words of the other side."""

    result: Result
    code: str = ""
    text: str = ""
    provider_id: str = ""
    reason: str = ""  # why a person has to look, for REFUSED and UNKNOWN


def without_addresses(text: str) -> str:
    """Return a server's answer without the addresses it likes to repeat, in one short line."""
    return ADDRESS.sub("[address]", " ".join(text.split()))[:LONGEST_ANSWER]
