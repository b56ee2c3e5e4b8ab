"""Use-cases of messages: keep the ledger, send what is due, decide what no program can."""

from notifications.domain.changes import MessageChange, SyncResult
from notifications.services.answers import keep_answer
from notifications.services.clock_guard import ClockGuard
from notifications.services.dead_man import ping
from notifications.services.desk import Notice, leave_notice
from notifications.services.digest import plan_digest
from notifications.services.escalation import NotToAcknowledge, acknowledge, climb
from notifications.services.events import notify_now
from notifications.services.heartbeats import beat
from notifications.services.hushing import hush_thread, unhush_thread
from notifications.services.inbox import read_messages
from notifications.services.plan import sync_reminders
from notifications.services.preferences import Preferences, choose_desk_hours, keep_preferences
from notifications.services.proving import Asked, keep_proof, unaccounted
from notifications.services.receipts import message_with, take_receipt
from notifications.services.recipients import (
    Person,
    noting_newcomers,
    recipient_for_user,
    save_recipients,
)
from notifications.services.resolve import Decision, NotResolvable, resolve
from notifications.services.sending import hold_sending, release_sending
from notifications.services.sweep import SweepInsideTransaction, SweepResult, sweep
from notifications.services.threads import open_thread, stop_thread
from notifications.services.verification import (
    CodeNotRight,
    CodeNotSent,
    TooManyCodes,
    check_code,
    prove_address,
    prove_by_sign_in,
    send_code,
)
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
    "CodeNotRight",
    "CodeNotSent",
    "Decision",
    "MessageChange",
    "NotResolvable",
    "NotToAcknowledge",
    "Notice",
    "Person",
    "Preferences",
    "SweepInsideTransaction",
    "SweepResult",
    "SyncResult",
    "TooManyCodes",
    "acknowledge",
    "beat",
    "block_address",
    "check_code",
    "choose_desk_hours",
    "climb",
    "hold_sending",
    "hush_thread",
    "keep_answer",
    "keep_preferences",
    "keep_proof",
    "leave_notice",
    "message_with",
    "notify_now",
    "noting_newcomers",
    "open_thread",
    "ping",
    "plan_digest",
    "prove_address",
    "prove_by_sign_in",
    "read_messages",
    "recipient_for_user",
    "release_sending",
    "resolve",
    "save_recipients",
    "send_code",
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
