"""A journey's timeline, its stages and their rows, composed in one go: it has dozens, or hundreds.

What few people ask for, the reasons of a date and the menu of what can be done with it, is loaded
as it is opened, and is a page of its own without JavaScript.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django import template
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from carttrack.ui import bars, icons, states
from carttrack.ui.bars import Scale
from carttrack.ui.markup import NOTHING, joined, markup
from carttrack.ui.paths import PLACE, path_to
from carttrack.ui.templatetags.ui import staff_day
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState, LockKind
from journeys.planning.selectors.answers import Questions
from journeys.planning.selectors.timeline import TimelineRow, TimelineStage
from journeys.worklist.access import Case
from journeys.worklist.selectors.folding import FoldedStage, Run
from journeys.worklist.templatetags.answer_marks import answer_mark
from journeys.worklist.templatetags.worklist_rows import row_actions

register = template.Library()

ROW = (
    '<li class="timeline__row timeline__row--{}" id="activity-{}">'
    '<span class="timeline__mark">{}</span> <span class="timeline__name">{}{}</span>'
    '<div>{}{}{}{}{}{}</div><div class="timeline__bar">{}</div>'
    '<div class="timeline__actions">{}</div><div class="timeline__note" id="act-{}"></div></li>'
)
WHY = (
    ' <details class="why" hx-get="{0}" hx-trigger="toggle once" hx-target="find div">'
    '<summary>{1}<span class="visually-hidden"> {2}</span></summary>'
    '<div><a href="{0}">{3}</a></div></details>'
)
PLACE_NAMED = '<span class="timeline__place">{}</span>'
LOCKED = ' <span class="locked">{} {} <span class="visually-hidden">{}</span></span>'
DEVIATION = ' <span class="state state--warn"><span class="state__word">{}</span></span>'
FINDINGS = '<a class="btn btn-quiet btn-sm" href="{}">{}</a>'
CLOSED = '<div class="muted small">{}</div>'
# htmx loads as it is opened; without it the link there leads to a page.
WAITING_STAGE = (
    '<details class="stage" id="stage-{0}">{1}'
    '<div hx-get="{2}" hx-trigger="toggle once from:closest details">'
    '<p class="stage__none"><a href="{2}">{3}</a></p></div></details>'
)
LOADED = ' hx-get="{}" hx-trigger="toggle once" hx-target="find ol"'
SUMMARY = (
    '<summary class="stage__head">{} <strong>{}</strong> <span class="muted">{}</span>{}</summary>'
)
RUN = (
    '<li class="fold"><details{}><summary class="fold__head">{} <strong>{}</strong> '
    '<span class="muted">{}</span></summary><ol class="timeline timeline--bars">{}</ol>'
    "</details></li>"
)
RUN_WAITS = '<li class="timeline__note"><a href="{}">{}</a></li>'


@register.simple_tag
def waiting_stage(folded: FoldedStage, case: Case, today: date) -> SafeString:
    """Show a stage that is over as its head; the rest is loaded as it is opened."""
    code = folded.stage.code
    address = path_to("worklist:stage", case.journey.uid, code)
    every = _("Every date of this stage")
    return markup(WAITING_STAGE, code, stage_summary(folded, today), address, every)


@register.simple_tag
def stage_summary(folded: FoldedStage, today: date) -> SafeString:
    """Show what a stage is called, how it stands, its days, and what is overdue in it."""
    stage = folded.stage
    overdue = ""
    if folded.overdue:
        words = _("%(number)s overdue") % {"number": folded.overdue}
        overdue = markup(" {}", states.mark("overdue", label=words))
    mark = states.mark(stage.mark, quiet=True)
    return markup(SUMMARY, mark, stage.title, _span(stage, today), overdue)


def _span(stage: TimelineStage, today: date) -> str:
    if stage.starts_on is None:
        return _("No date yet")
    starts = staff_day(stage.starts_on, today)
    if stage.ends_on is None or stage.ends_on == stage.starts_on:
        return starts
    return markup("{} – {}", starts, staff_day(stage.ends_on, today))


@register.simple_tag
def stage_runs(
    folded: FoldedStage,
    case: Case,
    today: date,
    *,
    is_active: bool,
    loads_later: bool,
    questions: Questions | None = None,
) -> SafeString:
    """Show the rows of a stage; many alike are one line, and with `loads_later` wait in it."""
    address = path_to("worklist:stage", case.journey.uid, folded.stage.code)
    waits = markup(RUN_WAITS, address, _("Every date of this stage")) if loads_later else NOTHING
    parts = []
    for run in folded.runs:
        loaded, rows = NOTHING, waits
        if run.is_folded and loads_later:
            loaded = markup(LOADED, f"{address}?from={run.first.uid}")
        else:
            rows = timeline_rows(
                run.rows, folded.scale, case, today, is_active=is_active, questions=questions
            )
        if run.is_folded:
            mark = states.mark(run.first.mark, quiet=True)
            rows = markup(RUN, loaded, mark, _run_title(run), _run_days(run, today), rows)
        parts.append(rows)
    return joined(parts)


def _run_title(run: Run) -> str:
    return _("%(title)s to %(last)s") % {"title": run.first.title, "last": run.last.occurrence}


def _run_days(run: Run, today: date) -> SafeString:
    last = staff_day(run.last.day, today, day_number=run.last.day_number)
    if run.first.day is None:
        return last
    first = staff_day(run.first.day, today, day_number=run.first.day_number)
    return markup("{} – {}", first, last)


@register.simple_tag
def timeline_rows(
    rows: Iterable[TimelineRow],
    scale: Scale | None,
    case: Case,
    today: date,
    *,
    is_active: bool,
    questions: Questions | None = None,
) -> SafeString:
    """Show activities of a journey, each with its day, its bar and what can be done.

    `questions` are those about what is booked, by activity.
    """
    page = Page(
        scale=scale,
        case=case,
        today=today,
        may_act=is_active and case.may_record,
        language=get_language(),
        prefix=get_script_prefix(),
        questions=questions or {},
    )
    return joined(markup(ROW, *_values(row, page)) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What all rows of a list share."""

    scale: Scale | None
    case: Case
    today: date
    may_act: bool
    language: str | None
    prefix: str
    questions: Questions


def _values(row: TimelineRow, page: Page) -> tuple[object, ...]:
    return (
        row.mark,
        row.uid,
        states.mark(row.mark, quiet=True),
        row.title,
        markup(PLACE_NAMED, row.place) if row.place else NOTHING,
        _day(row, page.today),
        answer_mark(page.questions.get(row.uid)),
        _deviation(row.deviation_days, page.language) if row.deviation_days else NOTHING,
        _locked(row.lock_kind, page.language) if row.locked_on else NOTHING,
        _why(row.uid, page) if row.has_reasons else NOTHING,
        markup(CLOSED, row.close_reason) if row.close_reason else NOTHING,
        _bar(row, page.scale) if page.scale else NOTHING,
        _actions(row, page),
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


def _actions(row: TimelineRow, page: Page) -> SafeString:
    if row.can_act and page.may_act:
        return row_actions(row, page.case, page.today)
    is_seen = row.kind == ActivityKind.VISIT and row.state == ActivityState.DONE
    if is_seen and page.case.may_examine:
        return markup(FINDINGS, path_to("followup:record", row.uid), _("Findings"))
    return NOTHING


def _why(uid: UUID, page: Page) -> SafeString:
    """Lead to the reasons of a day; rows differ in their uid only."""
    return SafeString(_why_shape(page.language, page.prefix).replace(str(PLACE), str(uid)))


@lru_cache(maxsize=16)
def _why_shape(_language: str | None, _prefix: str) -> str:
    address = path_to("worklist:why", PLACE)
    return markup(WHY, address, _("Why"), _("this date"), _("The reasons of this date"))


@lru_cache(maxsize=256)
def _deviation(days: int, _language: str | None) -> SafeString:
    """Say how far a day lies outside its window."""
    if days < 0:
        return markup(DEVIATION, _("before the window"))
    words = ngettext("%(days)s day after the window", "%(days)s days after the window", days)
    return markup(DEVIATION, words % {"days": days})


@lru_cache(maxsize=16)
def _locked(kind: str, _language: str | None) -> SafeString:
    word = _("promised") if kind == LockKind.EXPECTED else _("fixed")
    return markup(LOCKED, icons.icon("lock"), word, _("by a person"))
