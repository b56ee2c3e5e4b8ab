"""Twilio: texts over https://api.twilio.com, receipts signed with the account's token.

Source: twilio.com/docs/messaging/api/message-resource, /docs/usage/webhooks/webhooks-security and
/docs/api/errors.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare

from notifications.channels.gateways.base import Callback, Posted, refusal
from notifications.channels.http import Answer
from notifications.domain.message import Outcome, Result
from notifications.domain.receipts import Receipt, Verdict

# The number is no number, no mobile, unknown to its network, or a landline.
DEAD = frozenset({"21211", "21614", "30005", "30006"})
UNSUBSCRIBED = "21610"
# Too many texts at once, of the account or waiting for the number: it may work later.
TOO_FAST = frozenset({"14107", "20429", "21611"})
SERVICE = "MG"  # begins the id of a group of numbers, in place of a number to send from
VERDICTS = {
    "queued": Verdict.ON_ITS_WAY,
    "sending": Verdict.ON_ITS_WAY,
    "sent": Verdict.ON_ITS_WAY,
    "delivered": Verdict.DELIVERED,
    "read": Verdict.DELIVERED,
    "undelivered": Verdict.FAILED,
    "failed": Verdict.FAILED,
    "canceled": Verdict.FAILED,
}


class TwilioGateway:
    """Knows how Twilio wants its texts and what its answers mean."""

    name = "twilio"
    url = "https://api.twilio.com"

    def posted(self, *, address: str, text: str, callback: str) -> Posted:
        """Write one text."""
        is_service = settings.SMS_FROM.startswith(SERVICE)
        return Posted(
            path=f"/2010-04-01/Accounts/{settings.SMS_USER}/Messages.json",
            form={
                "MessagingServiceSid" if is_service else "From": settings.SMS_FROM,
                "To": address,
                "Body": text,
                "StatusCallback": callback,
            },
        )

    def outcome(self, answer: Answer) -> Outcome:
        """Read what Twilio answered: the text's id, or a code of the error."""
        found = _json(answer.body)
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return Outcome(
                result=Result.SENT, code=str(answer.status), provider_id=str(found.get("sid", ""))
            )
        code = str(found.get("code", answer.status))
        text = str(found.get("message", ""))
        if code in TOO_FAST:
            return Outcome(result=Result.AGAIN, code=f"twilio_{code}", text=text[:100])
        return refusal(answer, code=code, text=text, reason=_reason(code))

    def is_authentic(self, callback: Callback) -> bool:
        """Compare the signature that only somebody with the account's token can make."""
        given = callback.headers.get("X-Twilio-Signature", "")
        return bool(settings.SMS_PASSWORD) and constant_time_compare(
            given, signature(callback.url, callback.form, key=settings.SMS_PASSWORD)
        )

    def receipt(self, callback: Callback) -> Receipt | None:
        """Read a receipt; a code that tells of a dead number blocks it."""
        form = callback.form
        verdict = VERDICTS.get(form.get("MessageStatus", ""))
        if verdict is None:
            return None
        code = form.get("ErrorCode", "")
        has_failed = verdict is Verdict.FAILED
        is_for_good = code in DEAD or code == UNSUBSCRIBED
        return Receipt(
            verdict=verdict,
            provider_id=form.get("MessageSid", ""),
            code=code or form["MessageStatus"],
            reason=_reason(code) if has_failed else "",
            blocks=_reason(code) if has_failed and is_for_good else "",
            address=form.get("To", ""),
        )


def signature(url: str, form: Mapping[str, str], *, key: str) -> str:
    """Return Twilio's signature of a form that is posted to an address."""
    signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    digest = hmac.new(key.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _reason(code: str) -> str:
    """Return why a person has to look."""
    if code == UNSUBSCRIBED:
        return "complained"
    return "bounced" if code in DEAD else "refused"


def _json(body: bytes) -> Mapping[str, Any]:
    """Return the answer's object, empty when it is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
