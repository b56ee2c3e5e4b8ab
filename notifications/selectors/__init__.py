"""What pages and proofs show of messages."""

from notifications.selectors.addresses import DeadAddress, dead_addresses
from notifications.selectors.alerts import Alert, alerts_from, alerts_of, asked_for_alerts
from notifications.selectors.frame import Frame, asked_for_frame, frame_from
from notifications.selectors.health import age_from, asked_for_sweep, sweep_age
from notifications.selectors.mailboxes import inbox, outbox, reader_zone, unread_count
from notifications.selectors.preview import ChangeRow, change_rows
from notifications.selectors.reconciliation import Reconciliation, reconcile
from notifications.selectors.subjects import Names, ThreadAndLink, names_of, told_by
from notifications.selectors.threads import messages_of
from notifications.selectors.undelivered import (
    asked_for_waiting,
    undelivered,
    undelivered_at,
    waiting_from,
)

__all__ = [
    "Alert",
    "ChangeRow",
    "DeadAddress",
    "Frame",
    "Names",
    "Reconciliation",
    "ThreadAndLink",
    "age_from",
    "alerts_from",
    "alerts_of",
    "asked_for_alerts",
    "asked_for_frame",
    "asked_for_sweep",
    "asked_for_waiting",
    "change_rows",
    "dead_addresses",
    "frame_from",
    "inbox",
    "messages_of",
    "names_of",
    "outbox",
    "reader_zone",
    "reconcile",
    "sweep_age",
    "told_by",
    "undelivered",
    "undelivered_at",
    "unread_count",
    "waiting_from",
]
