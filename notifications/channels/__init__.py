"""The ways to reach people; a new one is a module and a line here."""

from collections.abc import Mapping

from notifications.channels.base import Channel
from notifications.channels.email import EmailChannel
from notifications.channels.in_app import InAppChannel
from notifications.channels.sms import SmsChannel

CHANNELS: Mapping[str, Channel] = {
    channel.name: channel for channel in (EmailChannel(), SmsChannel(), InAppChannel())
}


# Those that need an address, and where others may read along; the first is the one most have.
OPEN_CHANNELS = tuple(name for name, channel in CHANNELS.items() if channel.is_open)


class UnknownChannel(Exception):
    """No channel has this name."""


def channel_named(name: str) -> Channel:
    """Return the channel with this name.

    Raises:
        UnknownChannel: there is none.
    """
    try:
        return CHANNELS[name]
    except KeyError as error:
        raise UnknownChannel(name) from error
