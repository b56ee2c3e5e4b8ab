"""Keeping who is written to, where, in which language and on which clock."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from carttrack.accounts.models import User
from notifications.models import Recipient

CURED_BY_A_NEW_ADDRESS = frozenset({"bounced", "no_address"})


@transaction.atomic
def save_recipient(
    *,
    user: User | None,
    email: str,
    language: str,
    time_zone: str,
    uid: UUID | None = None,
) -> Recipient:
    """Keep the details of somebody who is written to and return the recipient.

    It is found again by the sign-in, else by the given `uid`, else by the address; pass a `uid` for
    whoever has no sign-in, because two people may share an address or have none. A changed address
    is given another chance: what bounced was the old one. Nothing is written when nothing changed.

    Raises:
        ZoneInfoNotFoundError: no such time zone.
    """
    zone = ZoneInfo(time_zone).key
    details = {"user": user, "email": email, "language": language, "time_zone": zone}
    recipient = _known(user=user, uid=uid, email=email)
    if recipient is None:
        try:
            with transaction.atomic():
                return Recipient.objects.create(**details, **({"uid": uid} if uid else {}))
        except IntegrityError:  # another plan has just made the same person known
            recipient = _known(user=user, uid=uid, email=email)
            if recipient is None:
                raise
    if all(getattr(recipient, name) == value for name, value in details.items()):
        return recipient
    return _changed(recipient, details)


def _changed(recipient: Recipient, details: dict[str, Any]) -> Recipient:
    """Keep new details; a block that came in the meantime, such as an opt-out, stands."""
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    if recipient.email != details["email"] and recipient.blocked_reason in CURED_BY_A_NEW_ADDRESS:
        recipient.blocked_reason = ""
    for name, value in details.items():
        setattr(recipient, name, value)
    recipient.save(update_fields=[*details, "blocked_reason"])
    return recipient


def _known(*, user: User | None, uid: UUID | None, email: str) -> Recipient | None:
    """Return the recipient with this sign-in, uid or address."""
    ways: list[dict[str, Any]] = [{"user": user}] if user else []
    ways += [{"uid": uid}] if uid else []
    ways += [{"user": None, "email": email}] if not (user or uid) else []
    for way in ways:
        known = Recipient.objects.select_related("user").filter(**way).first()
        if known:
            return known
    return None


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
