"""What a change of a plan does to its messages, for a person to see before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChange:
    """One message that a change of the plan creates, moves or withdraws.

    `was_due_at` is None for a new message, `due_at` for a withdrawn one.
    """

    kind: str
    channel: str
    rule: str
    topic: UUID
    recipient_id: int
    occurs_on: date
    due_at: datetime | None
    was_due_at: datetime | None
    context: Mapping[str, str]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What became, or would become, of a thread's messages."""

    created: tuple[MessageChange, ...] = ()
    moved: tuple[MessageChange, ...] = ()
    suppressed: tuple[MessageChange, ...] = ()
    unchanged: int = 0
