"""Addresses of rows: hundreds on a page, all of one shape, so the shape is worked out once."""

from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

PLACE = UUID(int=0)


def path_to(route: str, uid: UUID | str) -> str:
    """Return the address of a route that takes one uid, as `reverse` would."""
    before, after = _shape(route, get_script_prefix())
    return f"{before}{uid}{after}"


def plain_path(route: str) -> str:
    """Return the address of a route that takes nothing; empty when this site has no such route."""
    return _plain(route, site_key())


def site_key() -> tuple[str, str]:
    """Return what addresses depend on beside their route, as a key of what is remembered."""
    return get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF


@lru_cache(maxsize=256)
def _plain(route: str, _site: tuple[str, str]) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=256)
def _shape(route: str, _prefix: str) -> tuple[str, str]:
    before, _place, after = reverse(route, args=[PLACE]).partition(str(PLACE))
    return before, after
