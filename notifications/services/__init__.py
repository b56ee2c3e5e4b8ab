"""Use-cases of messages: keep the ledger, send what is due, decide what no program can."""

from notifications.domain.changes import MessageChange, SyncResult
from notifications.services.answers import keep_answer
from notifications.services.clock_guard import ClockGuard
from notifications.services.dead_man import ping
from notifications.services.desk import Notice, leave_notice
from notifications.services.digest import choose_digest, plan_digest
from notifications.services.escalation import NotToAcknowledge, acknowledge, climb
from notifications.services.events import notify_now
from notifications.services.heartbeats import beat
from notifications.services.hushing import hush_thread, unhush_thread
from notifications.services.inbox import read_messages
from notifications.services.plan import sync_reminders
from notifications.services.proving import Asked, keep_proof, unaccounted
from notifications.services.receipts import message_with, take_receipt
from notifications.services.recipients import (
    Person,
    recipient_for_user,
    save_recipients,
)
from notifications.services.resolve import Decision, NotResolvable, resolve
from notifications.services.sending import hold_sending, release_sending
from notifications.services.sweep import SweepInsideTransaction, SweepResult, sweep
from notifications.services.threads import open_thread, stop_thread
from notifications.services.wishes import (
    block_address,
    try_again,
    turn_comfort_off,
    turn_comfort_on,
    unblock_address,
)

__all__ = [
    "Asked",
    "ClockGuard",
    "Decision",
    "MessageChange",
    "NotResolvable",
    "NotToAcknowledge",
    "Notice",
    "Person",
    "SweepInsideTransaction",
    "SweepResult",
    "SyncResult",
    "acknowledge",
    "beat",
    "block_address",
    "choose_digest",
    "climb",
    "hold_sending",
    "hush_thread",
    "keep_answer",
    "keep_proof",
    "leave_notice",
    "message_with",
    "notify_now",
    "open_thread",
    "ping",
    "plan_digest",
    "read_messages",
    "recipient_for_user",
    "release_sending",
    "resolve",
    "save_recipients",
    "stop_thread",
    "sweep",
    "sync_reminders",
    "take_receipt",
    "try_again",
    "turn_comfort_off",
    "turn_comfort_on",
    "unaccounted",
    "unblock_address",
    "unhush_thread",
]
