"""The plain words of the patient's pages: no grade, no abbreviation, nobody is blamed."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from carttrack.ui import dates
from journeys.planning.domain.states import MoveReason, RevisionKind
from journeys.portal.domain.when import Precision, When

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MINUTES_PER_HOUR = 60
# What is said where there is no day; the other precisions are told with theirs.
UNDATED: "dict[str, _StrPromise]" = {
    Precision.PASSED.value: gettext_lazy("We will tell you a new date"),
    Precision.DAILY.value: gettext_lazy("every day for now"),
    Precision.UNKNOWN.value: gettext_lazy("The dates follow later"),
}
# What a restriction is called while it holds; one that is not listed keeps its own title.
RESTRICTION_TITLES: "dict[str, _StrPromise]" = {
    "driving_ends": gettext_lazy("No driving until %(day)s"),
    "stay_near_ends": gettext_lazy("Stay near the hospital until %(day)s"),
}
MOVE_SENTENCES: "dict[str, _StrPromise]" = {
    MoveReason.PRODUCT_LATE: gettext_lazy(
        "Your cells need more time in the laboratory, so the dates after them moved too."
    ),
    MoveReason.PRODUCT_EARLY: gettext_lazy(
        "Your cells will be ready earlier than planned, so the dates after them moved too."
    ),
    MoveReason.INFECTION: gettext_lazy("Some dates moved, so that an infection can clear first."),
    MoveReason.UNFIT: gettext_lazy("Some dates moved, so that you can gather strength first."),
    MoveReason.NO_BED: gettext_lazy("Some dates moved, because no bed was free on the day."),
    MoveReason.NO_SLOT: gettext_lazy("Some dates moved, because no place was free on the day."),
    MoveReason.STAFFING: gettext_lazy("Some dates moved, because no place was free on the day."),
    MoveReason.PATIENT_CHOICE: gettext_lazy("Some dates moved, as you asked."),
    MoveReason.CORRECTION: gettext_lazy("We corrected a date in your plan."),
    MoveReason.OTHER: gettext_lazy("Some dates in your plan moved."),
}


def when_text(when: When, *, today: date) -> str:
    """Say when something takes place, as exactly as it is known and no more."""
    if when.first is None or when.last is None:
        return str(UNDATED[when.precision.value])
    if when.precision in (Precision.AT, Precision.ON):
        return dates.patient_day(when.first, today=today, at=when.at)
    if when.precision == Precision.SINCE:
        return _("since %(day)s") % {"day": dates.patient_day(when.first, today=today)}
    if when.precision == Precision.MONTHS:
        return _months(when.first, when.last)
    if when.first == when.last:
        return _("within the next days")
    return dates.patient_window(when.first, when.last, today=today)


def _months(first: date, last: date) -> str:
    """Say the month, or both where the day is near the turn."""
    full = pgettext("date pattern, month with year", "F Y")
    if (first.year, first.month) == (last.year, last.month):
        return _("probably in %(month)s") % {"month": date_format(last, full)}
    name = full if first.year != last.year else pgettext("date pattern, month", "F")
    return _("probably in %(first)s or %(last)s") % {
        "first": date_format(first, name),
        "last": date_format(last, full),
    }


def restriction_title(code: str, title: str, day: str) -> str:
    """Say what to refrain from and until when; `title` says what is allowed afterwards."""
    pattern = RESTRICTION_TITLES.get(code)
    if pattern is None:
        return _("%(title)s from %(day)s") % {"title": title, "day": day}
    return str(pattern) % {"day": day}


def duration_text(minutes: int | None) -> str:
    """Say about how long something takes; nothing when nobody knows."""
    if not minutes:
        return ""
    if minutes < MINUTES_PER_HOUR:
        return ngettext("About %(count)d minute", "About %(count)d minutes", minutes) % {
            "count": minutes
        }
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    if rest >= MINUTES_PER_HOUR // 2:
        return ngettext("About an hour and a half", "About %(count)d and a half hours", hours) % {
            "count": hours
        }
    return ngettext("About an hour", "About %(count)d hours", hours) % {"count": hours}


def change_sentence(kind: str, reason: str, title: str) -> str:
    """Say in one sentence why the plan changed last; `title` is what it began with."""
    if kind == RevisionKind.BOOKED:
        return _("We booked a time for you: %(what)s.") % {"what": title}
    if kind == RevisionKind.RELEASED:
        return _("A booked time no longer holds: %(what)s. We will give you a new one.") % {
            "what": title
        }
    return str(MOVE_SENTENCES.get(reason, MOVE_SENTENCES[MoveReason.OTHER]))


def years_title(title: str, first: int, last: int) -> str:
    """Name a row of yearly things: `Yearly visit, 2028 to 2041`."""
    if first == last:
        return _("%(what)s, %(year)s") % {"what": title, "year": first}
    return _("%(what)s, every year from %(first)s to %(last)s") % {
        "what": title,
        "first": first,
        "last": last,
    }


def warning_signs() -> list[str]:
    """Return the signs to call with at once, in the words that patients are taught.

    Source:
        European package leaflets of Yescarta, Breyanzi, Abecma and Carvykti, section on when to
        tell the doctor at once; Cambridge University Hospitals, discharge advice after CAR T-cell
        therapy. A centre may ask for a call from 37.5 °C on.
    """
    return [
        _("A temperature of 38.0 °C or more, or shivering"),
        _("Trouble breathing"),
        _("Feeling dizzy, fainting or a fast heartbeat"),
        _("Being confused or very sleepy, not finding words, handwriting that changes, shaking"),
        _("Weakness on one side, or a face that droops"),
        _("Bleeding, or many bruises"),
        _("Not being able to drink, bad diarrhoea or belly pain"),
        _("A new rash or a new lump"),
    ]
