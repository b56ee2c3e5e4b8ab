"""Messages to somebody who works here that belong to their desk and to no journey's plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from carttrack.accounts.models import Centre
from notifications.domain.states import Purpose
from notifications.models import Recipient, Reminder, Thread

IN_APP, EMAIL = "in_app", "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is said, of which kind and by which name; `rule` and `about_on` make it unique.

    Units:
        about_on: the local day it is about, None for an event.
        escalate_hours: waking hours without an acknowledgement, after which somebody else is told.
    """

    kind: str
    rule: str
    context: Mapping[str, Any]
    centre: Centre
    due_at: datetime
    expires_at: datetime
    about_on: date | None = None
    purpose: Purpose = Purpose.SAFETY
    ignores_quiet: bool = False
    escalate_hours: int | None = None


@transaction.atomic
def leave_notice(
    *, recipient: Recipient, channels: tuple[str, ...], notice: Notice
) -> list[Reminder]:
    """Owe somebody a notice on each of the channels and return what is new.

    The one who comes second, whoever that is, finds it owed already. Only the notice in the system
    is acknowledged, so that only that one climbs.
    """
    Thread.objects.get_or_create(uid=recipient.uid, defaults={"centre": notice.centre})
    thread = Thread.objects.select_for_update(no_key=True).get(uid=recipient.uid)
    known = set(
        Reminder.objects.filter(
            thread=thread, rule=notice.rule, occurs_on=notice.about_on
        ).values_list("channel", flat=True)
    )
    local = notice.due_at.astimezone(ZoneInfo(recipient.time_zone))
    return Reminder.objects.bulk_create(
        Reminder(
            thread=thread,
            centre=notice.centre,
            recipient=recipient,
            channel=channel,
            kind=notice.kind,
            rule=notice.rule,
            is_planned=False,
            purpose=notice.purpose,
            context=dict(notice.context),
            occurs_on=notice.about_on,
            ignores_quiet=notice.ignores_quiet,
            escalate_hours=notice.escalate_hours if channel == IN_APP else None,
            is_at_once=notice.about_on is None,
            local_on=local.date(),
            local_at=local.time().replace(microsecond=0),
            zone=recipient.time_zone,
            due_at=notice.due_at,
            expires_at=notice.expires_at,
        )
        for channel in channels
        if channel not in known
    )
