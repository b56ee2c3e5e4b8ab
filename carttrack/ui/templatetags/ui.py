"""The components of the pages as template tags; every template has them without loading."""

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carttrack.ui import dates, drawing, icons, listing, states
from carttrack.ui import ruler as time_axis
from carttrack.ui.markup import joined, markup
from carttrack.ui.paths import path_to, plain_path, site_key

register = template.Library()

THEMES = ("light", "dark")
SELECTED = mark_safe(" selected")
RULER_ROW = '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>'
DOT = mark_safe('<span class="day__dot" aria-hidden="true"> · </span>')


@register.simple_tag
def state(code: str, label: str = "", *, quiet: bool = False) -> SafeString:
    """Show a state as a shape, a word and a colour; `quiet` hides the word from the eye only."""
    return states.mark(code, label=label, quiet=quiet)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Show a decorative line icon."""
    return icons.icon(name)


@register.simple_tag
def staff_day(
    on: date | None,
    today: date,
    *,
    day_number: int | None = None,
    opens: date | None = None,
    closes: date | None = None,
    at: datetime | None = None,
) -> SafeString:
    """Show a day to staff: weekday and date, hour, protocol day and window, as far as given."""
    if at is None:
        return _staff_day(on, today, day_number, opens, closes, get_language())
    return _composed_day(on, today, day_number, opens, closes, at)


@lru_cache(maxsize=8192)
def _staff_day(
    on: date | None,
    today: date,
    day_number: int | None,
    opens: date | None,
    closes: date | None,
    _language: str | None,
) -> SafeString:
    """Remember a day without an hour: lists say the same days over and over."""
    return _composed_day(on, today, day_number, opens, closes, None)


def _composed_day(  # noqa: PLR0917 - the arguments of the tag, in order
    on: date | None,
    today: date,
    day_number: int | None,
    opens: date | None,
    closes: date | None,
    at: datetime | None,
) -> SafeString:
    parts = []
    if on is not None:
        parts.append(_time(on, dates.staff_day(on, today=today), at=at))
    if day_number is not None:
        parts.append(markup('<span class="day__part">{}</span>', dates.day_number(day_number)))
    if opens and closes and not (on == opens == closes):
        window = _("window %(days)s") % {"days": dates.staff_window(opens, closes, today=today)}
        parts.append(markup('<span class="day__part">{}</span>', window))
    if not parts:
        return markup('<span class="day__part">{}</span>', _("No date yet"))
    return markup('<span class="day">{}</span>', joined(parts, DOT))


@register.simple_tag
def patient_day(
    on: date | None,
    today: date,
    *,
    at: datetime | None = None,
    opens: date | None = None,
    closes: date | None = None,
) -> SafeString:
    """Show a day to a patient: exact when it is booked (`at`), else the span it will fall in."""
    if at is not None:
        day = timezone.localtime(at).date()
        words = dates.patient_day(day, today=today, at=at)
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), words)
    if opens and closes:
        words = dates.patient_window(opens, closes, today=today)
        return format_html("<span>{}</span>", words)
    if on is not None:
        return _time(on, dates.patient_day(on, today=today))
    return format_html("<span>{}</span>", _("We will tell you when"))


@register.simple_tag
def relative_day(on: date, today: date) -> SafeString:
    """Show how far away a day is, to stand beside its date."""
    return markup('<span class="day__part">{}</span>', dates.relative_day(on, today=today))


@register.simple_tag
def moment(at: datetime, today: date) -> SafeString:
    """Show an instant of a log: the hour when it was today, else day and hour."""
    words = dates.staff_moment(at, today=today)
    return markup('<time datetime="{}">{}</time>', at.isoformat(), words)


@register.simple_tag
def ruler(
    windows: Iterable[time_axis.RulerWindow],
    start: date,
    end: date,
    today: date,
    *,
    day_0: date | None = None,
    pauses: Iterable[time_axis.Pause] = (),
) -> SafeString:
    """Draw windows on one time axis, with the same facts as a table behind it."""
    return _ruler(tuple(windows), start, end, today, day_0, tuple(pauses), get_language())


@lru_cache(maxsize=512)
def _ruler(  # noqa: PLR0917 - the key of what is remembered
    windows: tuple[time_axis.RulerWindow, ...],
    start: date,
    end: date,
    today: date,
    day_0: date | None,
    pauses: tuple[time_axis.Pause, ...],
    _language: str | None,
) -> SafeString:
    """Draw a ruler once: a plan is looked at oftener than it changes."""
    drawn = time_axis.ruler(windows, start=start, end=end, today=today, day_0=day_0, pauses=pauses)
    rows = (
        markup(
            RULER_ROW,
            window.label,
            staff_day(window.on, today, opens=window.opens, closes=window.closes),
            state(window.state),
        )
        for window in drawn.windows
    )
    parts = {"ruler": drawn, "marks": drawing.marks(drawn), "rows": joined(rows)}
    return render_to_string("ui/ruler.html", parts)


@register.inclusion_tag("ui/form_errors.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """List what has to change in a form, each entry leading to its field."""
    wrong = [form[name] for name in form.errors if name in form.fields]
    fields = [
        {"id": field.id_for_label or f"div_{field.auto_id}", "field": field} for field in wrong
    ]
    return {"form": form, "fields": fields, "general": form.non_field_errors()}


@register.filter
def unit(field: BoundField) -> str:
    """Return the unit to write behind a field: its widget's `data-unit` attribute."""
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.simple_tag(takes_context=True)
def sort_header(context: Context, column: str, label: str, default: str = "") -> SafeString:
    """Show a column header that sorts the list by `?sort=column` and back."""
    link = listing.sort_link(context["request"].GET, column, default=default)
    return format_html(
        '<th scope="col" aria-sort="{}"><a class="sort" href="{}">{}</a></th>',
        link.direction,
        link.href,
        label,
    )


@register.simple_tag(takes_context=True)
def kept_by_search(context: Context) -> list[tuple[str, str]]:
    """Return the keys and values of the address that a search leaves as they are."""
    return listing.kept_by_search(context["request"].GET)


@register.simple_tag(takes_context=True)
def filter_chip(
    context: Context, key: str, value: str, label: str, count: int | str | None = None
) -> SafeString:
    """Show a filter as a link that sets `?key=value`; an empty value stands for all."""
    query = context["request"].GET
    chosen = query.get(key, "") == str(value)
    return format_html(
        '<a class="chip" href="{}"{}>{}{}</a>',
        listing.address(query, **{key: value}),
        mark_safe(' aria-current="true"') if chosen else "",
        label,
        format_html(' <span class="chip__count">{}</span>', count) if count is not None else "",
    )


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str = "") -> SafeString:
    """Show what a select of a filter offers, drawn at once: a line each costs more than reading."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if value == chosen else "", label) for value, label in choices),
    )


@register.simple_tag(takes_context=True)
def nav_link(
    context: Context, route: str, label: str, icon_name: str = "", count: int | str | None = None
) -> SafeString:
    """Show a link of the main navigation, or nothing when this site has no such route.

    It says that it is the current one when the page, or else its section `here`, is below it.
    """
    href = plain_path(route)
    if not href:
        return SafeString()
    request = context.get("request")
    here: str = request.path if request is not None else context.get("here") or ""
    return _nav_link(href, label, icon_name, count, here.startswith(href))


@lru_cache(maxsize=256)
def _nav_link(
    href: str,
    label: str,
    icon_name: str,
    count: int | str | None,
    here: bool,  # noqa: FBT001 - the key of what is remembered
) -> SafeString:
    return format_html(
        '<li><a class="nav__link" href="{}"{}>{}<span>{}</span>{}</a></li>',
        href,
        mark_safe(' aria-current="page"') if here else "",
        icons.icon(icon_name) if icon_name else "",
        label,
        format_html(' <span class="nav__count">{}</span>', count) if count else "",
    )


@register.simple_tag
def route(name: str, uid: UUID | None = None) -> str:
    """Return the address of a route, of a row where `uid` is its only argument.

    It is empty when this site has no such route without arguments.
    """
    return path_to(name, uid) if uid else plain_path(name)


@register.simple_tag
def fixed_part(template_name: str, **values: Hashable) -> SafeString:
    """Include a partial that needs these words alone, drawn once for them and each language."""
    return _fixed_part(template_name, get_language(), site_key(), **values)


@lru_cache(maxsize=512)
def _fixed_part(
    template_name: str, _language: str | None, _site: tuple[str, str], **values: Hashable
) -> SafeString:
    return render_to_string(template_name, values)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """Return the theme the reader chose: light, dark, or auto to follow the device."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in THEMES else "auto"


def _time(on: date, words: str, *, at: datetime | None = None) -> SafeString:
    """Wrap a day, or a day and its hour, in a time element that machines can read."""
    if at is None:
        return markup('<time datetime="{}">{}</time>', on.isoformat(), words)
    return markup('<time datetime="{}">{} {}</time>', at.isoformat(), words, dates.clock(at))
