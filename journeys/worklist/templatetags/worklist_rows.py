"""The rows of the long lists, composed in one go: a list of fifty would cost fifty templates.

Each tag writes what a partial would. What people wrote (names, titles, sentences) passes `escape`;
the rest are marks, addresses and days that are HTML already.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carttrack.ui import states
from carttrack.ui.paths import PLACE, path_to
from carttrack.ui.templatetags.ui import staff_day
from journeys.planning.selectors.timeline import TimelineRow
from journeys.worklist.access import Case
from journeys.worklist.selectors.finding import NO_JOURNEY
from journeys.worklist.selectors.patients import PatientRow

register = template.Library()

PATIENT_ROW = (
    '<tr><th scope="row"><a href="{}" data-row>{}, {}</a></th>'
    '<td class="num" data-label="{}">{}</td><td class="nowrap muted">{}</td><td>{}</td>'
    '<td class="nowrap">{}</td><td>{}</td><td class="nowrap" data-label="{}">{}</td></tr>'
)
NONE = "–"
TITLE = "\ue000"  # of private use: it stands for a title until the title is there


@register.simple_tag
def patient_rows(rows: Iterable[PatientRow], today: date) -> SafeString:
    """Show patients as rows of the table, each with where they stand and what comes next."""
    age, coordinator = escape(_("Age")), escape(_("Coordinator"))
    return _joined(
        PATIENT_ROW.format(
            _record_of(row.journey_uid, row.uid),
            escape(row.head.family_name),
            escape(row.head.given_name),
            age,
            row.head.age,
            escape(row.head.identifier),
            escape(row.protocol or NONE),
            _stage(row),
            _next(row, today),
            coordinator,
            escape(row.coordinator or NONE),
        )
        for row in rows
    )


def _joined(rows: Iterable[str]) -> SafeString:
    """Join rows whose values are escaped."""
    return mark_safe("\n".join(rows))  # noqa: S308 - each row escapes what people wrote


def _record_of(journey_uid: UUID | None, patient_uid: UUID) -> str:
    if journey_uid:
        return path_to("worklist:journey", journey_uid)
    return path_to("worklist:patient", patient_uid)


def _stage(row: PatientRow) -> str:
    if row.status == NO_JOURNEY:
        return format_html('<span class="muted">{}</span>', _("No journey yet"))
    return escape(row.stage) if row.status == "active" else states.mark(row.status)


def _next(row: PatientRow, today: date) -> SafeString:
    if row.next is None:
        return format_html('<span class="muted">{}</span>', NONE)
    mark = states.mark(row.next.mark, label=row.next.title)
    return format_html("{} {}", mark, staff_day(row.next.on, today))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShape:
    """What the actions of an activity depend on beside its uid and title, for their template."""

    kind: str
    state: str
    mark: str
    is_due: bool
    day: date | None
    locked_on: bool
    uid: UUID = PLACE
    title: str = TITLE


@register.simple_tag
def row_actions(row: TimelineRow, case: Case, today: date) -> SafeString:
    """Show what can be done with an activity; rows alike differ in their uid and title only."""
    has_come = row.day is not None and row.day <= today
    shape = RowShape(
        kind=row.kind,
        state=row.state,
        mark=row.mark,
        is_due=row.is_due,
        day=date.min if has_come else date.max,
        locked_on=row.locked_on is not None,
    )
    drawn = _actions(
        shape,
        may_schedule=case.may_schedule,
        may_examine=case.may_examine,
        _language=get_language(),
    )
    # Both values stand where HTML is written: the uid is none, and the title is escaped.
    return mark_safe(drawn.replace(str(PLACE), str(row.uid)).replace(TITLE, escape(row.title)))  # noqa: S308


@lru_cache(maxsize=512)
def _actions(
    shape: RowShape, *, may_schedule: bool, may_examine: bool, _language: str | None
) -> str:
    """Render the template once for a shape; what is remembered is in one language."""
    case = {"may_schedule": may_schedule, "may_examine": may_examine}
    context = {"row": shape, "case": case, "today": date(2000, 1, 1)}
    return render_to_string("worklist/partials/_row_actions.html", context)
