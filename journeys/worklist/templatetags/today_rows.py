"""The rows of Today, composed in one go: a list of twenty would cost twenty templates.

Each tag writes what a partial would; addresses, marks and words that repeat are asked for once.
What people wrote (names, titles, sentences) passes `escape`; the rest is HTML already.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache, partial
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carttrack.ui import dates, states
from carttrack.ui.paths import path_to
from journeys.worklist.selectors.agenda import AgendaRow
from journeys.worklist.selectors.attention import AttentionRow, Way
from journeys.worklist.selectors.undelivered import WaitingRow

register = template.Library()

AGENDA_ROW = (
    '<li class="agenda__row"><span class="agenda__hour">{}</span> {} '
    '<a class="agenda__who" href="{}#activity-{}" data-row>{}</a> '
    '<span class="agenda__what">{}</span></li>'
)
ATTENTION_ROW = (
    '<li class="attention__row">{} <span><a class="attention__who" href="{}" data-row>{}</a>'
    '<span class="attention__owner"><span class="visually-hidden">{}: </span>{}</span></span> '
    '<span>{}</span> <span class="attention__ways">{}'
    '<a class="btn {} btn-sm" href="{}">{}<span class="visually-hidden">: {}</span></a></span></li>'
)
CONFIRMED = (
    '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    '<button class="btn btn-quiet btn-sm" type="submit">{}'
    '<span class="visually-hidden">: {}</span></button></form> '
)
UNDELIVERED_ROW = '<p>{} <a href="{}">{}</a> <span class="muted">{}, {}</span></p>'
UID = "{}"  # where an address takes it


@register.simple_tag
def agenda_rows(rows: Iterable[AgendaRow]) -> SafeString:
    """Show activities of patients on a day, each with its hour."""
    journey = path_to("worklist:journey", UID).format
    mark = cache(partial(states.mark, quiet=True))
    no_hour = _no_hour(get_language())
    return _joined(
        AGENDA_ROW.format(
            _hour(row.starts_at, row) if row.starts_at else no_hour,
            mark(row.mark),
            journey(row.journey_uid),
            row.activity_uid,
            escape(row.name),
            escape(row.title),
        )
        for row in rows
    )


@register.simple_tag
def attention_rows(
    rows: Iterable[AttentionRow], *, may_schedule: bool, may_record: bool, token: str = ""
) -> SafeString:
    """Show what needs a hand, each with the one click that resolves it or leads to it.

    `token` goes into the forms of what a call settles.
    """
    allowed = dict.fromkeys(Way, may_schedule) | {Way.RECORD: may_record}
    words = {
        Way.REPLAN: escape(_("Re-plan")),
        Way.RESUME: escape(_("Resume")),
        Way.BOOK: escape(_("Book")),
        Way.CALL: escape(_("Book another time")),
        Way.RECORD: escape(_("Record")),
    }
    look, owner, mark = escape(_("Look")), escape(_("Owner")), cache(states.mark)
    journey = path_to("worklist:journey", UID).format
    return _joined(
        ATTENTION_ROW.format(
            mark(row.mark),
            href := journey(row.journey_uid),
            name := escape(row.name),
            owner,
            escape(row.owner),
            escape(row.sentence),
            _called(row, name, token) if may_record else "",
            "btn-primary" if row.way in (Way.REPLAN, Way.RESUME) else "btn-quiet",
            _way_out(row, href, is_allowed=allowed[row.way]),
            words[row.way] if allowed[row.way] else look,
            name,
        )
        for row in rows
    )


def _called(row: AttentionRow, name: str, token: str) -> str:
    """Offer to keep what the patient said on the telephone, where that settles it."""
    if row.appointment_uid is None:
        return ""
    action = path_to("worklist:confirmed", row.appointment_uid)
    return CONFIRMED.format(action, escape(token), escape(_("Called: confirmed")), name)


def _way_out(row: AttentionRow, journey: str, *, is_allowed: bool) -> str:
    if row.way == Way.RESUME:
        return path_to("worklist:journey-resume", row.journey_uid) if is_allowed else journey
    if row.way == Way.REPLAN or row.activity_uid is None:
        return f"{journey}#conflicts"
    if not is_allowed:
        return f"{journey}#activity-{row.activity_uid}"
    route = "worklist:record" if row.way == Way.RECORD else "worklist:book"
    return path_to(route, row.activity_uid)


@register.simple_tag
def undelivered_rows(rows: Iterable[WaitingRow]) -> SafeString:
    """Show messages that wait for a person, each with whom it is about."""
    journey = path_to("worklist:journey", UID).format
    return _joined(
        UNDELIVERED_ROW.format(
            states.mark(row.message.state),
            journey(row.subject.journey_uid),
            escape(row.subject.name),
            escape(capfirst(str(row.message.kind))),
            escape(str(row.message.reason_word)),
        )
        for row in rows
    )


@lru_cache(maxsize=64)
def _no_hour(_language: str | None) -> str:
    """Draw the dash that stands for an hour, once per language."""
    return format_html(
        '<span class="muted" aria-hidden="true">–</span><span class="visually-hidden">{}</span>',
        _("No hour yet"),
    )


def _hour(at: datetime, row: AgendaRow) -> str:
    words = dates.staff_moment(at, today=row.on)
    return f'<time datetime="{at.isoformat()}">{escape(words)}</time>'


def _joined(rows: Iterable[str]) -> SafeString:
    """Join rows whose values are escaped."""
    return mark_safe("\n".join(rows))  # noqa: S308 - each row escapes what people wrote
