"""How long somebody has been awake: hours of rest do not count against them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from notifications.domain.due import QuietHours, instant, is_quiet, next_morning


def after_waking_hours(
    start: datetime, hours: int, *, zone: ZoneInfo, quiet: QuietHours
) -> datetime:
    """Return when so many hours outside the quiet ones have passed since `start`.

    Units:
        hours: 0 or more; `zone` is the person's, whose wall clock the quiet hours follow.
    """
    left = timedelta(hours=hours)
    at = next_morning(start, zone, quiet) if is_quiet(start, zone, quiet) else start
    while True:
        evening = instant(at.astimezone(zone).date(), quiet.starts, zone)
        if left < evening - at:
            return at + left
        left -= evening - at
        at = next_morning(evening, zone, quiet)
