"""When a reminder is due: local wall time, zone and quiet hours become one instant in UTC."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
MINUTE = timedelta(minutes=1)
SPREAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The local hours in which nobody's phone may light up.

    Units:
        starts, ends: local wall time, `ends` exclusive; the span crosses midnight.
    """

    starts: time = time(21)
    ends: time = time(7)

    def covers(self, at: time) -> bool:
        """Tell whether this wall time is quiet."""
        return at >= self.starts or at < self.ends


QUIET_HOURS = QuietHours()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The instant a message is due and the one after which it would only confuse (both UTC)."""

    due_at: datetime
    expires_at: datetime

    @property
    def is_too_late(self) -> bool:
        """Tell whether no instant is left to send it at."""
        return self.due_at >= self.expires_at


def instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local wall time.

    A time that the clocks skip becomes the first valid instant after the gap; a time that comes
    twice means the first one.
    """
    first = datetime.combine(on, at, tzinfo=zone).replace(fold=0)
    utc = first.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        return utc
    return _end_of_gap(first.replace(fold=1).astimezone(UTC), utc, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant, between two that lie either side, at which the clocks jumped."""
    start = before.replace(microsecond=0)
    offset = after.astimezone(zone).utcoffset()

    def has_jumped(seconds: int) -> bool:
        return (start + timedelta(seconds=seconds)).astimezone(zone).utcoffset() == offset

    seconds = range(int((after - start).total_seconds()))
    return start + timedelta(seconds=bisect_left(seconds, True, key=has_jumped))  # noqa: FBT003


def is_quiet(moment: datetime, zone: ZoneInfo, quiet: QuietHours) -> bool:
    """Tell whether `moment` lies in the quiet hours of the zone."""
    return quiet.covers(moment.astimezone(zone).time())


def next_morning(moment: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    """Return the end of the quiet hours that `moment` lies in."""
    local = moment.astimezone(zone)
    is_evening = local.time() >= quiet.starts
    return instant(local.date() + timedelta(days=1 if is_evening else 0), quiet.ends, zone)


def last_evening(moment: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    """Return the last minute before the quiet hours that `moment` lies in."""
    local = moment.astimezone(zone)
    is_evening = local.time() >= quiet.starts
    evening = local.date() - timedelta(days=0 if is_evening else 1)
    return instant(evening, quiet.starts, zone) - MINUTE


def out_of_quiet(
    moment: datetime, *, expires_at: datetime, zone: ZoneInfo, quiet: QuietHours
) -> datetime:
    """Shift a quiet moment to the next morning, or back to the evening if that is too late."""
    if not is_quiet(moment, zone, quiet):
        return moment
    morning = next_morning(moment, zone, quiet)
    return morning if morning < expires_at else last_evening(moment, zone, quiet)


def spread(key: str, within: timedelta = SPREAD) -> timedelta:
    """Return a delay under `within` that is always the same for the same key.

    Nine o'clock is a popular hour; without a spread every patient's reminder is due at one instant.
    """
    number = int.from_bytes(sha256(key.encode()).digest()[:8])
    return timedelta(seconds=number % int(within.total_seconds()))


def timing(
    *,
    send_on: date | None,
    at: time,
    zone: ZoneInfo,
    expires_days: int,
    now: datetime,
    quiet: QuietHours | None,
    spread_key: str | None,
) -> Timing:
    """Return when a message is due and when it expires.

    `send_on` None means at once. What was due before `now` is due now: a rule that asks for three
    days' notice still helps when the visit was booked two days ahead.

    Units:
        send_on, at: local date and wall time of the recipient.
        expires_days: the message expires at the end of this many local days after the send day.
        quiet: None for a channel that disturbs nobody.
        spread_key: None for what must not wait or is urgent.
    """
    day = send_on or now.astimezone(zone).date()
    expires_at = instant(day + timedelta(days=expires_days + 1), MIDNIGHT, zone)
    planned = now if send_on is None else instant(day, at, zone)
    due_at = max(planned, now)
    if quiet is not None:
        due_at = out_of_quiet(due_at, expires_at=expires_at, zone=zone, quiet=quiet)
    if due_at < now:
        return Timing(due_at=expires_at, expires_at=expires_at)
    if spread_key is not None and due_at > now:
        due_at = _spread_before(due_at, spread(spread_key), zone=zone, quiet=quiet, now=now)
    return Timing(due_at=due_at, expires_at=expires_at)


def _spread_before(
    due_at: datetime, delay: timedelta, *, zone: ZoneInfo, quiet: QuietHours | None, now: datetime
) -> datetime:
    """Move into the minutes before, or after where the minutes before are quiet or gone."""
    earlier = due_at - delay
    if earlier < now or (quiet is not None and is_quiet(earlier, zone, quiet)):
        return due_at + delay
    return earlier
