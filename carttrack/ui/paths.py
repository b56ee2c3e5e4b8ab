"""Addresses of rows: hundreds on a page, all of one shape, so the shape is worked out once."""

from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

PLACE = UUID(int=0)


def path_to(route: str, uid: UUID | str, *codes: str) -> str:
    """Return the address of a route that takes a uid and then codes, as `reverse` would.

    There are many uids and few codes, so a shape belongs to its codes.
    """
    before, after = _shape(route, get_script_prefix(), *codes)
    return f"{before}{uid}{after}"


def plain_path(route: str, *codes: str) -> str:
    """Return the address of a route that takes no uid; empty when this site has no such route."""
    return _plain(route, site_key(), *codes)


def site_key() -> tuple[str, str]:
    """Return what addresses depend on beside their route, as a key of what is remembered."""
    return get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF


def section_of(path: str) -> str:
    """Return the part of the site that a path is in: its first step, as in `/patients/`."""
    prefix = get_script_prefix()
    return f"{prefix}{path.removeprefix(prefix).partition('/')[0]}/"


@lru_cache(maxsize=256)
def _plain(route: str, _site: tuple[str, str], *codes: str) -> str:
    try:
        return reverse(route, args=codes)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=1024)
def _shape(route: str, _prefix: str, *codes: str) -> tuple[str, str]:
    before, _place, after = reverse(route, args=[PLACE, *codes]).partition(str(PLACE))
    return before, after
