"""The address that a gateway reports to: one for each message, and nothing personal in it."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

SALT = "notifications.receipts"


def token_for(message: UUID) -> str:
    """Return what only the gateway and we know about this message.

    It is good for this one message, so that a proxy's log which keeps addresses is worth nothing.
    """
    return salted_hmac(SALT, str(message), algorithm="sha256").hexdigest()[:32]


def callback_url(gateway: str, message: UUID) -> str:
    """Return the whole address, under the name by which the world knows this site."""
    path = reverse(
        "notifications:sms-receipt",
        kwargs={"gateway": gateway, "message": message, "token": token_for(message)},
    )
    return f"{settings.SITE_URL.rstrip('/')}{path}"
