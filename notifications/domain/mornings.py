"""Whose morning it is: when somebody is told how much waits for them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.domain.due import instant

USUAL_HOUR = time(7, 30)
# Whose morning begins within the hour is found now; the message waits for its minute.
AHEAD = timedelta(hours=1)
# After so long it is no morning any more, and what waited has been seen.
LASTS = timedelta(hours=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """One person's morning: their local day, when to tell them and until when that makes sense."""

    on: date
    begins_at: datetime
    ends_at: datetime


def morning_at(now: datetime, *, zone: ZoneInfo, at: time) -> Morning | None:
    """Return the morning that is on, or begins within the hour; None at any other time.

    Units:
        at: the person's local wall time; both nights of the year on which clocks change count.
    """
    for moment in (now, now + AHEAD):
        on = moment.astimezone(zone).date()
        begins_at = instant(on, at, zone)
        if begins_at - AHEAD < now < begins_at + LASTS:
            return Morning(on=on, begins_at=begins_at, ends_at=begins_at + LASTS)
    return None
