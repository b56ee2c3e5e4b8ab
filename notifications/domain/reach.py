"""On which channel somebody is reached, given what they prefer and what is known to work."""

from collections.abc import Collection, Iterable


def channel_for(
    wanted: str, *, preferred: str, usable: Collection[str], open_channels: Iterable[str]
) -> str:
    """Return the channel that a message goes out on.

    A message that stays in the system stays there. On the open channels the recipient's own choice
    comes before the rule's, and any that works before one that does not. When none works it is the
    rule's: the message then waits on a person's list instead of vanishing.
    """
    channels = tuple(open_channels)
    if wanted not in channels:
        return wanted
    ways = (preferred, wanted, *channels)
    return next((way for way in ways if way in usable), wanted)


def next_channel(
    failed: str, *, tried: Collection[str], usable: Collection[str], open_channels: Iterable[str]
) -> str | None:
    """Return the channel to fall back on when one failed for good; None when a person has to."""
    channels = tuple(open_channels)
    if failed not in channels:
        return None
    return next((way for way in channels if way in usable and way not in tried), None)
