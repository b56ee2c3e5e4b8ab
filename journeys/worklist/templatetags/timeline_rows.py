"""The rows of a journey's timeline, composed in one go: a journey has dozens, or hundreds.

What few people ask for, the reasons of a date and the menu of what can be done with it, is loaded
as it is opened, and is a page of its own without JavaScript.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from uuid import UUID

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from carttrack.ui import bars, icons, states
from carttrack.ui.bars import Scale
from carttrack.ui.paths import path_to
from carttrack.ui.templatetags.ui import staff_day
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState, LockKind
from journeys.planning.selectors.timeline import TimelineRow
from journeys.worklist.access import Case
from journeys.worklist.templatetags.worklist_rows import row_actions

register = template.Library()

ROW = (
    '<li class="timeline__row timeline__row--{}" id="activity-{}">'
    '<span class="timeline__mark">{}</span> <span class="timeline__name">{}{}</span>'
    '<div>{}{}{}{}{}</div><div class="timeline__bar">{}</div>'
    '<div class="timeline__actions">{}</div><div class="timeline__note" id="act-{}"></div></li>'
)
WHY = (
    ' <details class="why" hx-get="{0}" hx-trigger="toggle once" hx-target="find div">'
    '<summary>{1}<span class="visually-hidden"> {2}</span></summary>'
    '<div><a href="{0}">{3}</a></div></details>'
)
PLACE = '<span class="timeline__place">{}</span>'
LOCKED = ' <span class="locked">{} {} <span class="visually-hidden">{}</span></span>'
DEVIATION = ' <span class="state state--warn"><span class="state__word">{}</span></span>'
FINDINGS = '<a class="btn btn-quiet btn-sm" href="{}">{}</a>'
CLOSED = '<div class="muted small">{}</div>'
NOTHING = SafeString()


@register.simple_tag
def timeline_rows(
    rows: Iterable[TimelineRow], scale: Scale | None, case: Case, today: date, *, is_active: bool
) -> SafeString:
    """Show activities of a journey, each with its day, its bar and what can be done."""
    may_act = is_active and case.may_record
    return format_html_join(
        "\n", ROW, (_values(row, scale, case, today, may_act=may_act) for row in rows)
    )


def _values(
    row: TimelineRow, scale: Scale | None, case: Case, today: date, *, may_act: bool
) -> tuple[object, ...]:
    return (
        row.mark,
        row.uid,
        states.mark(row.mark, quiet=True),
        row.title,
        format_html(PLACE, row.place) if row.place else "",
        _day(row, today),
        _deviation(row.deviation_days, get_language()) if row.deviation_days else "",
        _locked(row.lock_kind, get_language()) if row.locked_on else "",
        _why(row.uid) if row.has_reasons else "",
        format_html(CLOSED, row.close_reason) if row.close_reason else "",
        _bar(row, scale) if scale else "",
        _actions(row, case, today, may_act=may_act),
        row.uid,
    )


def _day(row: TimelineRow, today: date) -> SafeString:
    """Show the day; of what is over the window says nothing any more."""
    if not row.is_open:
        return staff_day(row.day, today, day_number=row.day_number)
    return staff_day(
        row.day,
        today,
        day_number=row.day_number,
        opens=row.opens_on,
        closes=row.closes_on,
        at=row.starts_at,
    )


def _bar(row: TimelineRow, scale: Scale) -> SafeString:
    return bars.bar(
        scale,
        state=row.mark,
        opens=row.opens_on,
        closes=row.closes_on,
        target=row.target_on,
        on=row.day,
    )


def _actions(row: TimelineRow, case: Case, today: date, *, may_act: bool) -> SafeString:
    if row.can_act and may_act:
        return row_actions(row, case, today)
    if row.kind == ActivityKind.VISIT and row.state == ActivityState.DONE and case.may_examine:
        return format_html(FINDINGS, path_to("followup:record", row.uid), _("Findings"))
    return NOTHING


def _why(uid: UUID) -> SafeString:
    return format_html(
        WHY, path_to("worklist:why", uid), _("Why"), _("this date"), _("The reasons of this date")
    )


@lru_cache(maxsize=256)
def _deviation(days: int, _language: str | None) -> SafeString:
    """Say how far a day lies outside its window."""
    if days < 0:
        return format_html(DEVIATION, _("before the window"))
    words = ngettext("%(days)s day after the window", "%(days)s days after the window", days)
    return format_html(DEVIATION, words % {"days": days})


@lru_cache(maxsize=16)
def _locked(kind: str, _language: str | None) -> SafeString:
    word = _("promised") if kind == LockKind.EXPECTED else _("fixed")
    return format_html(LOCKED, icons.icon("lock"), word, _("by a person"))
