"""What every channel offers."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from notifications.domain.due import QuietHours
from notifications.domain.message import Message, Outcome


class ChannelDown(Exception):
    """The channel takes no messages now; what was meant for it waits."""


class Session(Protocol):
    """A channel made ready for a batch of messages."""

    def ready(self) -> None:
        """Make sure that a message can be sent now.

        Raises:
            ChannelDown: it cannot.
        """

    def send(self, message: Message, *, now: datetime) -> Outcome:
        """Send one message and say how it ended; trouble of the outside world is an outcome."""


class Channel(Protocol):
    """A way to reach people.

    `is_open`: others may read along, so texts stay neutral. `is_set_up`: this site can use it.
    `is_idempotent`: a message that is sent twice arrives once. `is_repeatable`: one that is sent
    twice can be known for the same. `quiet_hours`: None where nobody is disturbed.
    """

    name: str
    is_open: bool
    is_repeatable: bool

    @property
    def is_set_up(self) -> bool:
        """Tell whether this site has what the channel needs."""

    @property
    def is_idempotent(self) -> bool:
        """Tell whether a repetition is swallowed."""

    @property
    def quiet_hours(self) -> QuietHours | None:
        """Return the hours in which it must not disturb."""

    def session(self) -> AbstractContextManager[Session]:
        """Open the channel for a batch."""
