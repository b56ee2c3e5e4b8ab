"""The sweep's clockwork, run thirty times faster, so that a fault and its repair take seconds.

A lease outlasts the margin, and the margin outlasts a message, as they do in production.
"""

from notifications.channels import smtp
from notifications.domain import retry
from notifications.services import claim, wire

LEASE_SECONDS = 3.0
QUICK = (
    (claim, "LEASE_SECONDS", LEASE_SECONDS),
    (wire, "MARGIN_SECONDS", 1.5),
    (smtp, "SECONDS_PER_MESSAGE", 1.0),
    (smtp, "SECONDS_TO_CONNECT", 1.0),
    (retry, "FIRST_WAIT", 1),
    (retry, "LONGEST_WAIT", 2),
)


def wind() -> None:
    """Make this process's clockwork quick; a name that is gone fails here."""
    for module, name, value in QUICK:
        assert hasattr(module, name), f"{module.__name__}.{name}"
        setattr(module, name, value)
