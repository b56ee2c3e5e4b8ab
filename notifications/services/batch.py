"""Sending one claimed batch over one channel."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfoNotFoundError

from django.conf import settings
from django.urls import reverse

from notifications.channels import channel_named
from notifications.channels.base import Channel, ChannelDown, Session
from notifications.channels.texts import TextNotMade, text_for
from notifications.domain.due import QuietHours, is_quiet, next_morning
from notifications.domain.message import Message
from notifications.domain.pace import SECONDS_FRESH, Pace
from notifications.domain.retry import MOST_STUMBLES, is_channels_fault
from notifications.domain.states import Purpose, State
from notifications.services import claim, refusal
from notifications.services.claim import Claimed
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
        self._done: list[Settlement] = []
        self._pace = Pace()
        self._stumbles = 0

    def send(self, rows: Sequence[Claimed], *, has_time: Callable[[], bool]) -> bool:
        """Send what may be sent, give the rest back, and tell whether the channel works."""
        left = self._texts(self._awake(rows))
        try:
            with self._channel.session() as session:
                try:
                    while left and has_time():
                        session.ready()
                        group = left[: self._pace.size]
                        del left[: len(group)]
                        self._send_group(session, group, has_time)
                finally:
                    self._settle()
        except ChannelDown:
            return False
        finally:
            claim.give_back(ids=[row.id for row, _ in left], token=self._token)
            self.counts["given_back"] += len(left)
        return True

    def _awake(self, rows: Sequence[Claimed]) -> list[Claimed]:
        """Leave out those for whom it is night; what an outage delayed waits for the morning."""
        quiet = self._channel.quiet_hours
        if quiet is None:
            return list(rows)
        now = self._clock()
        awake, later = [], []
        for row in rows:
            try:
                wakes_at = None if row.ignores_quiet else _end_of_night(row, now, quiet)
            except ZoneInfoNotFoundError:
                self._fail(row, "no_zone")
            else:
                if wakes_at is None:
                    awake.append(row)
                else:
                    later.append((row.id, min(wakes_at, row.expires_at)))
        claim.postpone(later=later, token=self._token)
        self.counts["postponed"] += len(later)
        return awake

    def _texts(self, rows: Sequence[Claimed]) -> list[tuple[Claimed, Message]]:
        """Write every text before the first is sent; one that fails stops nothing else."""
        ready: list[tuple[Claimed, Message]] = []
        for row in rows:
            try:
                ready.append((row, self._message(row)))
            except TextNotMade:
                self._fail(row, "no_text")
            except AddressMissing:
                self._fail(row, "no_address")
        return ready

    def _message(self, row: Claimed) -> Message:
        """Write one message."""
        if self._channel.is_open and not row.address:
            raise AddressMissing
        text = text_for(
            kind=row.kind,
            channel=self._channel,
            language=row.language,
            context=row.context,
        )
        return Message(
            uid=row.uid,
            recipient_id=row.recipient_id,
            address=row.address,
            subject=text.subject,
            body=text.body,
            link=text.link,
            stop_url=self._stop_url(row),
        )

    def _stop_url(self, row: Claimed) -> str:
        """Return the way out of comfort messages; what is for safety has none."""
        if row.purpose != Purpose.COMFORT or not self._channel.is_open:
            return ""
        path = reverse("notifications:letters", args=[row.letter_key])
        return f"{settings.SITE_URL.rstrip('/')}{path}"

    def _fail(self, row: Claimed, reason: str) -> None:
        """Set one row aside for a person."""
        refusal.fail(reminder_id=row.id, token=self._token, reason=reason)
        self.failed.append(row.id)
        self.counts[State.FAILED] += 1

    def _send_group(
        self,
        session: Session,
        group: Sequence[tuple[Claimed, Message]],
        has_time: Callable[[], bool],
    ) -> None:
        """Let a group pass the fence and send it; what does not leave at once has to pass again."""
        checked_at = self._clock()
        fenced = self._settle([row.id for row, _ in group])
        unsent = [(row, message) for row, message in group if row.id in fenced]
        try:
            while unsent and has_time():
                session.ready()
                is_first = len(unsent) == len(fenced)
                if not is_first and self._passed(checked_at) > SECONDS_FRESH:
                    break
                self._send_one(session, *unsent.pop(0))
        finally:
            claim.unsend(ids=[row.id for row, _ in unsent], token=self._token)
            self.counts["given_back"] += len(unsent)
            self._pace.note(messages=len(fenced) - len(unsent), seconds=self._passed(checked_at))
            for row, _ in group:
                if row.id not in fenced:
                    self._withhold(row, checked_at)

    def _passed(self, since: datetime) -> float:
        """Return the seconds since an instant."""
        return (self._clock() - since).total_seconds()

    def _withhold(self, row: Claimed, now: datetime) -> None:
        """Set aside, or give back, a row that may not be sent."""
        withheld = refusal.withhold(reminder_id=row.id, token=self._token, now=now)
        if withheld is None:
            claim.give_back(ids=[row.id], token=self._token)
        elif withheld is State.FAILED:
            self.failed.append(row.id)
        self.counts[withheld or "given_back"] += 1

    def _send_one(self, session: Session, row: Claimed, message: Message) -> None:
        """Send one message and remember the outcome until the next fence records it."""
        began_at = self._clock()
        outcome = session.send(message, now=began_at)
        done = settlement(
            row,
            outcome,
            channel=self._channel,
            began_at=began_at,
            ended_at=self._clock(),
            rng=self._rng,
        )
        self._done.append(done)
        self.counts[done.state] += 1
        if done.state is State.FAILED:
            self.failed.append(row.id)
            self.refused.append((row.recipient_id, done.reason))
        self._stumbles = self._stumbles + 1 if is_channels_fault(outcome) else 0
        if self._stumbles == MOST_STUMBLES:
            raise ChannelDown(outcome.code)

    def _settle(self, ids: Sequence[int] = ()) -> set[int]:
        """Record the tries before, and return which of the next rows may be sent."""
        done, self._done = self._done, []
        return settle_and_fence(done=done, ids=ids, token=self._token, now=self._clock())


def _end_of_night(row: Claimed, now: datetime, quiet: QuietHours) -> datetime | None:
    """Return when a person for whom it is night may be woken, None by day.

    Raises:
        ZoneInfoNotFoundError: nobody knows the person's time zone.
    """
    zone, hours = row.zone, row.own_hours or quiet
    return next_morning(now, zone, hours) if is_quiet(now, zone, hours) else None


class AddressMissing(Exception):
    """The recipient has no address on this channel."""
