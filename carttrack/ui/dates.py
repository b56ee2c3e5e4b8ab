"""Dates in words: short and dense for staff, plain for patients, the same everywhere.

Lists show hundreds of dates, and Django's `date` filter was measured to be three times slower
than a remembered string; so the one place where a day meets a pattern remembers its answers.
"""

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from functools import lru_cache, wraps
from typing import ParamSpec

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, ngettext, override, pgettext
from django.utils.translation import gettext as _

Asked = ParamSpec("Asked")
MINUS = "\u2212"
WEEKS_FROM_DAYS = 21
MONTHS_FROM_DAYS = 70
YEARS_FROM_DAYS = 700
DAYS_PER_MONTH = 30.44
DAYS_PER_YEAR = 365.25


def _said_once(say: Callable[Asked, str]) -> Callable[Asked, str]:
    """Remember the words for days and instants, in each language."""

    @lru_cache(maxsize=8192)
    def remembered(_language: str | None, *args: Asked.args, **kwargs: Asked.kwargs) -> str:
        return say(*args, **kwargs)

    @wraps(say)
    def said(*args: Asked.args, **kwargs: Asked.kwargs) -> str:
        return remembered(get_language(), *args, **kwargs)  # type: ignore[arg-type]  # all hashable

    return said


@_said_once
def short_day(on: date, *, today: date) -> str:
    """Say a day as `3 Mar`, with the year when it is not the year of `today`."""
    if on.year == today.year:
        return _format(on, pgettext("date pattern, short", "j M"))
    return _format(on, pgettext("date pattern, short with year", "j M Y"))


@_said_once
def staff_day(on: date, *, today: date) -> str:
    """Say a day as `Tue 3 Mar`, with the year when it is not the year of `today`."""
    if on.year == today.year:
        return _format(on, pgettext("date pattern, staff", "D j M"))
    return _format(on, pgettext("date pattern, staff with year", "D j M Y"))


@_said_once
def staff_window(opens: date, closes: date, *, today: date) -> str:
    """Say a window as `27 Feb-10 Mar` with an en dash; each part is said once (`3-10 Mar`)."""
    if opens == closes:
        return short_day(closes, today=today)
    if (opens.year, opens.month) == (closes.year, closes.month):
        first = _format(opens, pgettext("date pattern, day alone", "j"))
    elif opens.year == closes.year:
        first = _format(opens, pgettext("date pattern, short", "j M"))
    else:
        first = _format(opens, pgettext("date pattern, short with year", "j M Y"))
    return f"{first}\u2013{short_day(closes, today=today)}"


@_said_once
def day_number(number: int) -> str:
    """Say a protocol day as `Day +28`, `Day 0` or `Day -7` with a true minus sign."""
    return _("Day %(number)s") % {"number": signed(number)}


def signed(number: int) -> str:
    """Write a number with its sign, as in `+28` and with a true minus; zero has none."""
    sign = "+" if number > 0 else MINUS if number < 0 else ""
    return f"{sign}{abs(number)}"


def clock(at: datetime) -> str:
    """Say the hour as `09:30` in the active time zone, which views set to the centre's."""
    return timezone.localtime(at).strftime("%H:%M")


def staff_moment(at: datetime, *, today: date) -> str:
    """Say an instant as `09:30` when it is today, else as `Tue 3 Mar, 09:30`."""
    return _staff_moment(at, timezone.get_current_timezone(), today=today)


@_said_once
def _staff_moment(at: datetime, zone: tzinfo, *, today: date) -> str:
    local = at.astimezone(zone)
    hour = local.strftime("%H:%M")
    if local.date() == today:
        return hour
    return _("%(day)s, %(time)s") % {"day": staff_day(local.date(), today=today), "time": hour}


def patient_day(on: date, *, today: date, at: datetime | None = None) -> str:
    """Say a fixed day in full, `Tuesday 3 March`, and with its hour when `at` is given."""
    day = _patient_day(on, today=today)
    return _("%(day)s, %(time)s") % {"day": day, "time": clock(at)} if at else day


@_said_once
def _patient_day(on: date, *, today: date) -> str:
    if on.year == today.year:
        return _format(on, pgettext("date pattern, patient", "l j F"))
    return _format(on, pgettext("date pattern, patient with year", "l j F Y"))


@_said_once
def patient_window(opens: date, closes: date, *, today: date) -> str:
    """Say a day that may still move as `between 20 and 27 March`, never as an exact date."""
    if opens == closes:
        return _("around %(day)s") % {"day": _long_day(closes, today=today)}
    if (opens.year, opens.month) == (closes.year, closes.month):
        first = _format(opens, pgettext("date pattern, day alone", "j"))
    elif opens.year == closes.year:
        first = _format(opens, pgettext("date pattern, long", "j F"))
    else:
        first = _format(opens, pgettext("date pattern, long with year", "j F Y"))
    return _("between %(first)s and %(last)s") % {
        "first": first,
        "last": _long_day(closes, today=today),
    }


@_said_once
def relative_day(on: date, *, today: date) -> str:
    """Say how far a day is from `today`: `tomorrow`, `in 5 days`, `3 weeks ago`."""
    days = (on - today).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    distance = _distance(abs(days))
    return (
        _("in %(distance)s") % {"distance": distance}
        if days > 0
        else _("%(distance)s ago") % {"distance": distance}
    )


def _long_day(on: date, *, today: date) -> str:
    if on.year == today.year:
        return _format(on, pgettext("date pattern, long", "j F"))
    return _format(on, pgettext("date pattern, long with year", "j F Y"))


def _distance(days: int) -> str:
    """Say a number of days in the unit a person would use."""
    if days < WEEKS_FROM_DAYS:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if days < MONTHS_FROM_DAYS:
        weeks = round(days / 7)
        return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
    if days < YEARS_FROM_DAYS:
        months = round(days / DAYS_PER_MONTH)
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    years = round(days / DAYS_PER_YEAR)
    return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}


def _format(on: date, pattern: str) -> str:
    return _remembered(on, pattern, get_language())


@lru_cache(maxsize=8192)
def _remembered(on: date, pattern: str, language: str | None) -> str:
    with override(language):
        return date_format(on, pattern)
