"""What a mail provider reports, read by django-anymail's views without the signals they send."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve

from notifications.domain.receipts import Receipt, Verdict

VERDICTS = {
    EventType.QUEUED: Verdict.ON_ITS_WAY,
    EventType.SENT: Verdict.ON_ITS_WAY,
    EventType.DEFERRED: Verdict.ON_ITS_WAY,
    EventType.DELIVERED: Verdict.DELIVERED,
    EventType.OPENED: Verdict.DELIVERED,
    EventType.CLICKED: Verdict.DELIVERED,
    EventType.REJECTED: Verdict.FAILED,
    EventType.FAILED: Verdict.FAILED,
    EventType.BOUNCED: Verdict.FAILED,
    EventType.COMPLAINED: Verdict.COMPLAINED,
    EventType.UNSUBSCRIBED: Verdict.COMPLAINED,
}
DEAD = (RejectReason.BOUNCED, RejectReason.INVALID)
UNWANTED = (RejectReason.SPAM, RejectReason.UNSUBSCRIBED)
# A server that answers 4xx is full or busy today; the address may be a good one.
FOR_TODAY = re.compile(r"\b4(\d\d|\.\d{1,3}\.\d{1,3})\b")


class NotTheProviders(Exception):
    """The request does not carry the provider's secret or signature."""


class NotUnderstood(Exception):
    """The request is not what the provider writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One receipt; `message` is None where the provider tells its own id alone."""

    message: UUID | None
    receipt: Receipt


def are_expected() -> bool:
    """Tell whether a provider is set up that knows the secret of our address."""
    return bool(settings.EMAIL_PROVIDER and settings.ANYMAIL.get("WEBHOOK_SECRET"))


def read(request: HttpRequest) -> Sequence[Report]:
    """Return what the provider reports in this request.

    Raises:
        Resolver404: this provider reports nothing.
        NotTheProviders: somebody else wrote it.
        NotUnderstood: it has another form than the provider's.
    """
    found = resolve(f"/{settings.EMAIL_PROVIDER}/tracking/", urlconf="anymail.urls")
    view: Any = found.func.view_class()  # type: ignore[attr-defined]  # of every class-based view
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure as error:
        raise NotTheProviders from error
    try:
        events = view.parse_events(request)
    except (LookupError, TypeError, ValueError) as error:
        raise NotUnderstood from error
    reports = (_report(event) for event in events)
    return [report for report in reports if report is not None]


def _report(event: AnymailTrackingEvent) -> Report | None:
    """Read one event; None when it says nothing about arriving."""
    verdict = VERDICTS.get(event.event_type)
    if verdict is None:
        return None
    reason, blocks = _why(event, verdict)
    return Report(
        message=_uid(event),
        receipt=Receipt(
            verdict=verdict,
            provider_id=event.message_id or "",
            code=event.reject_reason or event.event_type,
            reason=reason,
            blocks=blocks,
            address=event.recipient or "",
        ),
    )


def _why(event: AnymailTrackingEvent, verdict: Verdict) -> tuple[str, str]:
    """Return why it failed, and why nothing more may go to the address; empty for neither."""
    if verdict is Verdict.COMPLAINED:
        return "", "complained"
    if verdict is not Verdict.FAILED:
        return "", ""
    if event.reject_reason in UNWANTED:
        return "complained", "complained"
    if event.event_type == EventType.BOUNCED or event.reject_reason in DEAD:
        is_for_today = FOR_TODAY.search(event.mta_response or "")
        return "bounced", "" if is_for_today else "bounced"
    return "refused", ""


def _uid(event: AnymailTrackingEvent) -> UUID | None:
    """Return the reminder that the e-mail carried, if the provider kept it."""
    try:
        return UUID(str((event.metadata or {}).get("reminder", "")))
    except ValueError:
        return None
