"""The morning digest: once a day, how much waits for somebody, instead of a message for each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from carttrack.accounts.models import Centre
from notifications.domain.mornings import Morning
from notifications.domain.states import Purpose
from notifications.models import Recipient, Reminder
from notifications.services.desk import EMAIL, IN_APP, Notice, leave_notice

DIGEST = "digest"


@transaction.atomic
def plan_digest(
    *,
    recipient: Recipient,
    morning: Morning,
    centre: Centre,
    waiting: Sequence[Mapping[str, Any]],
    now: datetime,
) -> list[Reminder]:
    """Owe somebody the digest of a morning: the counts in the system, by e-mail that there are any.

    `waiting` has an entry for each place, with its name, address and counts as strings. Nothing is
    owed when it is empty, or a second time on the same local day.
    """
    if not waiting:
        return []
    notice = Notice(
        kind=DIGEST,
        rule=DIGEST,
        context={"places": list(waiting), "link": "/today/"},
        centre=centre,
        about_on=morning.on,
        due_at=max(morning.begins_at, now),
        expires_at=morning.ends_at,
        purpose=Purpose.COMFORT,
    )
    return leave_notice(recipient=recipient, channels=(IN_APP, EMAIL), notice=notice)
