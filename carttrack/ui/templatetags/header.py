"""The parts of the bar over every page, each drawn once for what it says."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carttrack.ui.markup import NOTHING
from carttrack.ui.paths import section_of
from carttrack.ui.templatetags.ui import fixed_part, theme

register = template.Library()

TOKEN = "token-of-the-reader"  # noqa: S105 - where it is filled in


@register.simple_tag(takes_context=True)
def brand(context: Context) -> SafeString:
    """Show mark and name at the left of the bar."""
    centre = context.get("centre")
    name = (centre.short_name or centre.name) if centre else ""
    return fixed_part("partials/brand.html", name=name or _("CAR T journeys"))


@register.simple_tag(takes_context=True)
def staff_nav(context: Context) -> SafeString:
    """Show where people at work may go."""
    request: HttpRequest = context["request"]
    workplace = context.get("workplace")
    return fixed_part(
        "partials/staff_nav.html",
        here=section_of(request.path),
        unread=str(context.get("unread") or ""),
        plans=bool(workplace and workplace.sees_protocols),
    )


@register.simple_tag(takes_context=True)
def user_menu(context: Context) -> SafeString:
    """Show who is signed in, with their centres, the theme and the way out."""
    user: Any = context.get("user")
    desk, workplace = context.get("desk"), context.get("workplace")
    is_there = bool(user and user.is_authenticated)
    drawn = fixed_part(
        "partials/user_menu.html",
        chosen=theme(context),
        name=(user.name or user.email) if is_there else "",
        email=user.email if is_there else "",
        has_password=is_there and user.has_usable_password(),
        manages_people=bool(workplace and workplace.manages_people),
        has_desk=bool(desk),
        centres=_centres(desk),
        centre=desk.centre.code if desk else "",
        csrf_token=TOKEN,
    )
    return SafeString(drawn.replace(TOKEN, str(context.get("csrf_token", ""))))


@register.simple_tag
def centre_links(desk: Any) -> SafeString:
    """Show between which centres a person may choose, if there are several."""
    centres = _centres(desk)
    if not centres:
        return NOTHING
    return fixed_part("partials/centres.html", centres=centres, centre=desk.centre.code)


def _centres(desk: Any) -> tuple[tuple[str, str], ...]:
    """Return code and name of the centres between which a person may choose."""
    centres = desk.centres if desk else ()
    return tuple((each.code, each.short_name) for each in centres) if len(centres) > 1 else ()
