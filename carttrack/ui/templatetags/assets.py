"""Style sheets and scripts of a page: where each lies is worked out once."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString

from carttrack.ui.markup import markup
from carttrack.ui.paths import site_key

register = template.Library()


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    """Link a style sheet of the site."""
    return _asset('<link rel="stylesheet" href="{}">', name, site_key())


@register.simple_tag
def script(name: str) -> SafeString:
    """Link a script of the site, which runs when the page is complete."""
    return _asset('<script src="{}" defer></script>', name, site_key())


@lru_cache(maxsize=256)
def _asset(pattern: str, name: str, _site: tuple[str, str]) -> SafeString:
    return markup(pattern, static(name))
