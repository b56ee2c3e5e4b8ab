"""46elks: texts over https://api.46elks.com, receipts to an address that only it was told.

Source: 46elks.com/docs/send-sms and 46elks.com/docs/sms-delivery-reports.
"""

import json
import re
from http import HTTPStatus

from django.conf import settings
from django.utils.crypto import constant_time_compare

from notifications.channels.gateways.base import Callback, Posted, refusal
from notifications.channels.gateways.callbacks import token_for
from notifications.channels.http import Answer
from notifications.domain.message import Outcome, Result
from notifications.domain.receipts import Receipt, Verdict

# It refuses in words and without codes; these are about the receiver's number.
ABOUT_THE_NUMBER = re.compile(r"\b(invalid|wrong|not)\b.*\b(to|number|recipient)\b", re.IGNORECASE)
VERDICTS = {
    "sent": Verdict.ON_ITS_WAY,
    "delivered": Verdict.DELIVERED,
    "failed": Verdict.FAILED,
}


class ElksGateway:
    """Knows how 46elks wants its texts and what its answers mean."""

    name = "46elks"
    url = "https://api.46elks.com"

    def posted(self, *, address: str, text: str, callback: str) -> Posted:
        """Write one text; not a flash message, which is shown on a locked screen."""
        return Posted(
            path="/a1/sms",
            form={
                "from": settings.SMS_FROM,
                "to": address,
                "message": text,
                "flashsms": "no",
                "whendelivered": callback,
            },
        )

    def outcome(self, answer: Answer) -> Outcome:
        """Read what 46elks answered: JSON for a yes, a line of text for a no."""
        text = answer.body.decode(errors="replace")
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return Outcome(result=Result.SENT, code=str(answer.status), provider_id=_id_in(text))
        reason = "bounced" if ABOUT_THE_NUMBER.search(text) else "refused"
        return refusal(answer, code=str(answer.status), text=text, reason=reason)

    def is_authentic(self, callback: Callback) -> bool:
        """Compare the token in the address, and whence the receipt came where that is known."""
        allowed = settings.SMS_CALLBACK_ADDRESSES
        is_from_there = not allowed or callback.came_from in allowed
        return is_from_there and constant_time_compare(callback.token, token_for(callback.message))

    def receipt(self, callback: Callback) -> Receipt | None:
        """Read a receipt; why a text failed is not among what it says."""
        verdict = VERDICTS.get(callback.form.get("status", ""))
        if verdict is None:
            return None
        return Receipt(
            verdict=verdict,
            provider_id=callback.form.get("id", ""),
            code=callback.form["status"],
            reason="bounced" if verdict is Verdict.FAILED else "",
        )


def _id_in(text: str) -> str:
    """Return the id that a text was given, empty when the answer has none."""
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""
