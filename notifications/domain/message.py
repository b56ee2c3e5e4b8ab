"""What a channel is given and what it answers."""

import re
from collections.abc import Mapping
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
    """A text for one recipient; `uid` is the same at every try.

    `stop_url` is where the recipient turns messages like this one off, where they may.
    """

    uid: UUID
    recipient_id: int
    address: str
    subject: str
    body: str
    link: str = ""
    stop_url: str = ""

    @property
    def stop_headers(self) -> Mapping[str, str]:
        """Return the headers of an e-mail by which mail programs offer to stop such messages.

        Source:
            RFC 2369, section 3.2; RFC 8058, section 3.1, for the one click, which needs https.
        """
        if not self.stop_url:
            return {}
        headers = {"List-Unsubscribe": f"<{self.stop_url}>"}
        if self.stop_url.startswith("https://"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers


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
