"""Whether reminders are being sent at all, for the head of Today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carttrack.prepared import Rows
from notifications.selectors import age_from

# A sweep runs each minute; after this long somebody has to look why it does not.
HEALTHY = timedelta(minutes=5)
MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepHealth:
    """How long ago reminders were last swept, in words, and whether that is all right."""

    words: str
    is_alive: bool


def sweep_health(beats: Rows, *, now: datetime) -> SweepHealth:
    """Return the age of the last sweep from the answer of `asked_for_sweep`."""
    age = age_from(beats, now=now)
    if age is None:
        return SweepHealth(words=_("never"), is_alive=False)
    return SweepHealth(words=_ago(int(age.total_seconds())), is_alive=age <= HEALTHY)


def _ago(seconds: int) -> str:
    if seconds < 2 * MINUTE:
        return ngettext("%(count)d s ago", "%(count)d s ago", seconds) % {"count": seconds}
    if seconds < 2 * HOUR:
        minutes = seconds // MINUTE
        return ngettext("%(count)d min ago", "%(count)d min ago", minutes) % {"count": minutes}
    hours = seconds // HOUR
    return ngettext("%(count)d h ago", "%(count)d h ago", hours) % {"count": hours}
