"""Holding and releasing everything that is sent."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from carttrack.accounts.models import User
from carttrack.audit.services import record
from notifications.domain.sending import Held
from notifications.models import Installation

RELEASE = """
INSERT INTO notifications_installation AS installation (id, marker, held_because)
VALUES (1, notifications_identity(%(installation)s), '')
ON CONFLICT (id) DO UPDATE SET marker = EXCLUDED.marker, held_at = NULL, held_because = ''
"""
HOLD = """
INSERT INTO notifications_installation AS installation (id, marker, held_at, held_because)
VALUES (1, notifications_identity(%(installation)s), %(now)s, %(because)s)
ON CONFLICT (id) DO UPDATE SET held_at = EXCLUDED.held_at, held_because = EXCLUDED.held_because
WHERE installation.held_at IS NULL
"""


@transaction.atomic
def hold_sending(*, because: Held, by: User | str, now: datetime) -> None:
    """Let no sweep claim anything until a person releases it; the first reason stands."""
    values: dict[str, Any] = {
        "installation": settings.INSTALLATION,
        "now": now,
        "because": because.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(HOLD, values)
        is_new = cursor.rowcount == 1
    if is_new:
        _tell("sending.held", by=by, now=now, reason=because.value)


@transaction.atomic
def release_sending(*, by: User | str, now: datetime, note: str = "") -> None:
    """Let this database send, from where it is now.

    Whoever releases a copy has made sure that the original sends no more: what both call owed would
    be sent twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, {"installation": settings.INSTALLATION})
    _tell("sending.released", by=by, now=now, note=note)


def _tell(action: str, *, by: User | str, now: datetime, reason: str = "", note: str = "") -> None:
    """Add the decision to the history of the system."""
    subject = Installation.objects.get()
    record(
        actor=by,
        action=action,
        patient_uid=None,
        now=now,
        subject=subject,
        reason=reason,
        note=note,
    )
