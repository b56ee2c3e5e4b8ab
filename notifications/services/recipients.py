"""Keeping who is written to, where, in which language and on which clock."""

from zoneinfo import ZoneInfo

from django.db import transaction

from carttrack.accounts.models import User
from notifications.models import Recipient


@transaction.atomic
def save_recipient(*, user: User | None, email: str, language: str, time_zone: str) -> Recipient:
    """Keep a person's or an address's details and return the recipient.

    A changed address is given another chance: what bounced was the old one.

    Raises:
        ZoneInfoNotFoundError: no such time zone.
    """
    zone = ZoneInfo(time_zone).key
    owner = {"user": user} if user else {"user": None, "email": email}
    known = Recipient.objects.select_for_update(no_key=True).filter(**owner).first()
    recipient = known or Recipient(**owner)
    if recipient.email != email and recipient.blocked_reason in {"bounced", "no_address"}:
        recipient.blocked_reason = ""
    recipient.email = email
    recipient.language = language
    recipient.time_zone = zone
    recipient.save()
    return recipient


def recipient_for_user(*, user: User, time_zone: str) -> Recipient:
    """Return the person's recipient, made from what is known of them when there is none."""
    existing = Recipient.objects.filter(user=user).first()
    return existing or save_recipient(
        user=user, email=user.email, language=user.language, time_zone=time_zone
    )


def block_recipient(*, recipient: Recipient, reason: str) -> None:
    """Send this recipient nothing from now on, not even what is claimed already."""
    Recipient.objects.filter(pk=recipient.pk).update(blocked_reason=reason)


def unblock_recipient(*, recipient: Recipient) -> None:
    """Write to this recipient again."""
    Recipient.objects.filter(pk=recipient.pk).update(blocked_reason="")
