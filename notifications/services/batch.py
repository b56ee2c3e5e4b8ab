"""Sending one claimed batch over one channel."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from notifications.channels import channel_named
from notifications.channels.base import Channel, ChannelDown, Session
from notifications.channels.texts import TextNotMade, text_for
from notifications.domain.due import QuietHours, is_quiet, next_morning
from notifications.domain.message import Message
from notifications.domain.retry import MOST_STUMBLES, is_channels_fault
from notifications.domain.states import Purpose, State
from notifications.models import Recipient, Reminder
from notifications.services import claim, refusal
from notifications.services.wire import Settlement, settle_and_fence, settlement


class Batch:
    """Rows that this worker holds for one channel; every one of them is answered for."""

    def __init__(
        self, *, channel: str, token: UUID, clock: Callable[[], datetime], rng: Random
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.refused: list[tuple[int, str]] = []  # recipients, each with the reason
        self.failed: list[int] = []  # rows that this channel will not deliver
        self._channel: Channel = channel_named(channel)
        self._token = token
        self._clock = clock
        self._rng = rng
        self._done: Settlement | None = None
        self._stumbles = 0

    def send(self, rows: Sequence[Reminder], *, has_time: Callable[[], bool]) -> bool:
        """Send what may be sent, give the rest back, and tell whether the channel works."""
        left = self._texts(self._awake(rows))
        try:
            with self._channel.session() as session:
                try:
                    while left and has_time():
                        session.ready()
                        self._send_one(session, *left.pop(0))
                finally:
                    self._settle(None)
        except ChannelDown:
            return False
        finally:
            claim.give_back(ids=[row.pk for row, _ in left], token=self._token)
            self.counts["given_back"] += len(left)
        return True

    def _awake(self, rows: Sequence[Reminder]) -> list[Reminder]:
        """Leave out those for whom it is night; what an outage delayed waits for the morning."""
        quiet = self._channel.quiet_hours
        if quiet is None:
            return list(rows)
        now = self._clock()
        later = []
        for row in rows:
            hours = _own_hours(row.recipient) or quiet
            zone = ZoneInfo(row.recipient.time_zone)
            if not row.ignores_quiet and is_quiet(now, zone, hours):
                later.append((row.pk, min(next_morning(now, zone, hours), row.expires_at)))
        claim.postpone(later=later, token=self._token)
        self.counts["postponed"] += len(later)
        asleep = dict(later)
        return [row for row in rows if row.pk not in asleep]

    def _texts(self, rows: Sequence[Reminder]) -> list[tuple[Reminder, Message]]:
        """Write every text before the first is sent; one that fails stops nothing else."""
        ready: list[tuple[Reminder, Message]] = []
        for row in rows:
            try:
                ready.append((row, self._message(row)))
            except TextNotMade:
                self._fail(row, "no_text")
            except AddressMissing:
                self._fail(row, "no_address")
        return ready

    def _message(self, row: Reminder) -> Message:
        """Write one message."""
        address: str = row.address  # type: ignore[attr-defined]  # annotated by the claim
        if self._channel.is_open and not address:
            raise AddressMissing
        text = text_for(
            kind=row.kind,
            channel=self._channel,
            language=row.recipient.language,
            context=row.context,
        )
        return Message(
            uid=row.uid,
            recipient_id=row.recipient_id,
            address=address,
            subject=text.subject,
            body=text.body,
            link=text.link,
            stop_url=self._stop_url(row),
        )

    def _stop_url(self, row: Reminder) -> str:
        """Return the way out of comfort messages; what is for safety has none."""
        if row.purpose != Purpose.COMFORT or not self._channel.is_open:
            return ""
        path = reverse("notifications:letters", args=[row.recipient.letter_key])
        return f"{settings.SITE_URL.rstrip('/')}{path}"

    def _fail(self, row: Reminder, reason: str) -> None:
        """Set one row aside for a person."""
        refusal.fail(reminder_id=row.pk, token=self._token, reason=reason)
        self.failed.append(row.pk)
        self.counts[State.FAILED] += 1

    def _send_one(self, session: Session, row: Reminder, message: Message) -> None:
        """Pass the fence, send, and remember the outcome until the next row's fence records it."""
        began_at = self._clock()
        if not self._settle(row):
            withheld = refusal.withhold(reminder_id=row.pk, token=self._token, now=began_at)
            if withheld is None:
                claim.give_back(ids=[row.pk], token=self._token)
            elif withheld is State.FAILED:
                self.failed.append(row.pk)
            self.counts[withheld or "given_back"] += 1
            return
        outcome = session.send(message, now=began_at)
        self._done = settlement(
            row,
            outcome,
            channel=self._channel,
            began_at=began_at,
            ended_at=self._clock(),
            rng=self._rng,
        )
        self.counts[self._done.state] += 1
        if self._done.state is State.FAILED:
            self.failed.append(row.pk)
            self.refused.append((row.recipient_id, self._done.reason))
        self._stumbles = self._stumbles + 1 if is_channels_fault(outcome) else 0
        if self._stumbles == MOST_STUMBLES:
            raise ChannelDown(outcome.code)

    def _settle(self, row: Reminder | None) -> bool:
        """Record the try before, and ask for the next row if there is one."""
        done, self._done = self._done, None
        if done is None and row is None:
            return False
        return settle_and_fence(done=done, row=row, token=self._token, now=self._clock())


def _own_hours(recipient: Recipient) -> QuietHours | None:
    """Return the quiet hours that somebody chose for themselves."""
    if recipient.quiet_from is None or recipient.quiet_until is None:
        return None
    return QuietHours(starts=recipient.quiet_from, ends=recipient.quiet_until)


class AddressMissing(Exception):
    """The recipient has no address on this channel."""
