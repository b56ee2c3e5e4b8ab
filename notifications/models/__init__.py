"""Who is written to, what is owed to them, and what became of it."""

from notifications.models.answers import Answer
from notifications.models.heartbeat import Heartbeat
from notifications.models.installation import Installation
from notifications.models.ledger import DeliveryAttempt, Reminder, Thread, Topic
from notifications.models.mailboxes import InboxMessage, OutboxMail
from notifications.models.receipts import DeliveryReceipt
from notifications.models.recipient import Address, Recipient
from notifications.models.reconciliation import Reconciliation
from notifications.models.verification import VerificationCode

__all__ = [
    "Address",
    "Answer",
    "DeliveryAttempt",
    "DeliveryReceipt",
    "Heartbeat",
    "InboxMessage",
    "Installation",
    "OutboxMail",
    "Recipient",
    "Reconciliation",
    "Reminder",
    "Thread",
    "Topic",
    "VerificationCode",
]
