"""The outside world of a simulated centre: every way in which a channel can fail, and a mailbox.

Only the wire is made up. The sweep, its claims, its fence and its records are the real ones.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from carttrack.simulation.chance import chance
from carttrack.simulation.odds import DAYS_OF_A_YEAR, Odds
from notifications import channels
from notifications.channels.base import Channel, ChannelDown, Session
from notifications.domain.due import QuietHours
from notifications.domain.message import Message, Outcome, Result


class WorkerDied(Exception):
    """The worker that was sending is gone, in the middle of a message."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that arrived; `is_told` unless the sender never learned of it."""

    uid: UUID
    at: datetime
    is_told: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider will say about a message that it had accepted."""

    uid: UUID
    channel: str
    is_failure: bool


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which nothing can be reached on a channel."""

    channel: str
    starts_at: datetime
    ends_at: datetime


def draw_outages(
    *, seed: int, names: Sequence[str], starts_at: datetime, years: int, odds: Odds
) -> tuple[Outage, ...]:
    """Draw when the channels are down, from a few minutes to three days."""
    rng = chance(seed, "outages")
    drawn = []
    for name in names:
        for _ in range(round(odds.outages_a_year * years)):
            begins = starts_at + timedelta(days=rng.random() * years * DAYS_OF_A_YEAR)
            lasts = timedelta(minutes=rng.choice((10, 45, 240, 1440, 4320)))
            drawn.append(Outage(name, begins, begins + lasts))
    return tuple(drawn)


# What may go wrong with one try, by the name of its odds; without an outcome the worker is gone.
OUTCOMES: Mapping[str, Outcome] = {
    "sent": Outcome(result=Result.SENT, code="250"),
    "busy": Outcome(result=Result.AGAIN, code="421"),
    "try_later": Outcome(result=Result.AGAIN, code="451"),
    "cut_before_the_dot": Outcome(result=Result.AGAIN, code="closed"),
    "reply_lost": Outcome(result=Result.UNKNOWN, code="closed", reason="reply_lost"),
    "refused_for_its_content": Outcome(result=Result.REFUSED, code="554", reason="refused"),
}
TROUBLES = (
    *(name for name in OUTCOMES if name != "sent"),
    "worker_dies_before_the_wire",
    "worker_dies_after_the_wire",
)
# How often a message was accepted when a try ended like this.
ACCEPTED = {"sent": 1.0, "reply_lost": 0.5, "worker_dies_after_the_wire": 1.0}
# E-mail tells of failures only.
REPORTING = "sms"
BOUNCED = Outcome(result=Result.REFUSED, code="550", reason="bounced")


class Wire:
    """Takes messages or fails to; what arrived and when is its own record, apart from the ledger.

    What happens to a try follows from the seed, the address and how often it was tried.
    """

    def __init__(self, *, seed: int, odds: Odds, outages: Sequence[Outage]) -> None:
        self.now = datetime.min.replace(tzinfo=UTC)
        self.dead: set[str] = set()
        self.arrivals: list[Arrival] = []
        self.reports: list[Report] = []
        self.outcomes: Counter[str] = Counter()
        self._seed = seed
        self._odds = odds
        self._outages = outages
        self._tries: Counter[str] = Counter()

    def check(self, channel: str) -> None:
        """Make sure that the channel can be reached now.

        Raises:
            ChannelDown: it cannot.
        """
        for outage in self._outages:
            if outage.channel == channel and outage.starts_at <= self.now < outage.ends_at:
                self.outcomes["channel_down"] += 1
                raise ChannelDown("outage")

    def take(self, message: Message, *, channel: str, now: datetime) -> Outcome:
        """Let one try end as chance has it.

        Raises:
            WorkerDied: the sender does not live to see how it ends.
        """
        if message.address in self.dead:
            return self._end("bounced", BOUNCED)
        self._tries[message.address] += 1
        rng = chance(self._seed, channel, message.address, self._tries[message.address])
        name = self._draw(rng)
        if name in ACCEPTED and rng.random() < ACCEPTED[name]:
            self._accept(message, channel, rng, now=now, is_told=name == "sent")
        return self._end(name, OUTCOMES.get(name))

    def _accept(
        self, message: Message, channel: str, rng: Random, *, now: datetime, is_told: bool
    ) -> None:
        """Let a message arrive, or be lost by whoever took it; either may be reported."""
        is_lost = is_told and rng.random() < self._odds.lost_after_all
        if not is_lost:
            self.arrivals.append(Arrival(message.uid, now, is_told=is_told))
        if is_lost or (channel == REPORTING and rng.random() < self._odds.arrival_is_reported):
            self.reports.append(Report(message.uid, channel, is_failure=is_lost))

    def _draw(self, rng: Random) -> str:
        left = rng.random()
        for name in TROUBLES:
            left -= getattr(self._odds, name)
            if left < 0:
                return name
        return "sent"

    def _end(self, name: str, outcome: Outcome | None) -> Outcome:
        self.outcomes[name] += 1
        if outcome is None:
            raise WorkerDied(name)
        return outcome


class SimulatedChannel:
    """An open channel as the site has it, over the simulated wire."""

    is_open = True
    is_set_up = True
    is_idempotent = False

    def __init__(self, real: Channel, wire: Wire) -> None:
        self.name = real.name
        self.is_repeatable = real.is_repeatable
        self._real = real
        self._wire = wire

    @property
    def quiet_hours(self) -> QuietHours | None:
        """Return the real channel's."""
        return self._real.quiet_hours

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open the wire for a batch."""
        yield SimulatedSession(self.name, self._wire)


class SimulatedSession:
    """A batch of messages over the simulated wire."""

    def __init__(self, channel: str, wire: Wire) -> None:
        self._channel = channel
        self._wire = wire

    def ready(self) -> None:
        """Make sure that the channel is up."""
        self._wire.check(self._channel)

    def send(self, message: Message, *, now: datetime) -> Outcome:
        """Hand one message over."""
        return self._wire.take(message, channel=self._channel, now=now)


@contextmanager
def simulated_channels(wire: Wire) -> Iterator[None]:
    """Send over the wire what the site would send over its open channels."""
    real = channels.CHANNELS
    simulated = {
        name: SimulatedChannel(channel, wire) for name, channel in real.items() if channel.is_open
    }
    channels.CHANNELS = {**real, **simulated}
    try:
        yield
    finally:
        channels.CHANNELS = real
