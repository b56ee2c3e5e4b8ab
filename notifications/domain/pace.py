"""How many messages are checked and recorded together, from how fast they leave."""

# So many at most, and no more than leave in this time, are in doubt when a worker dies.
MOST = 8
SECONDS = 0.02
# Whoever has waited for longer since the check is checked again before anything is sent.
SECONDS_FRESH = 1.0


class Pace:
    """How many messages may pass the fence together: one, until it is known how fast they leave.

    Where a message takes its time, each is checked by itself just before it is sent. Where many
    leave in a moment, those of a moment are checked and recorded together.
    """

    def __init__(self) -> None:
        self.size = 1

    def note(self, *, messages: int, seconds: float) -> None:
        """Learn from what has just left; nothing is learnt from no messages."""
        if messages:
            fit = MOST if seconds <= 0 else int(SECONDS * messages / seconds)
            self.size = max(1, min(MOST, fit))
