"""Addresses of rows: hundreds on a page, all of one shape, so the shape is worked out once."""

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

PLACE = UUID(int=0)


def path_to(route: str, uid: UUID | str) -> str:
    """Return the address of a route that takes one uid, as `reverse` would."""
    before, after = _shape(route, get_script_prefix())
    return f"{before}{uid}{after}"


@lru_cache(maxsize=256)
def _shape(route: str, _prefix: str) -> tuple[str, str]:
    before, _place, after = reverse(route, args=[PLACE]).partition(str(PLACE))
    return before, after
