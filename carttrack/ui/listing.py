"""Search, sort and filter as addresses: a list's state lives in its URL and nowhere else."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

PAGE_KEYS = ("page", "after", "before")


@dataclass(frozen=True, slots=True, kw_only=True)
class SortLink:
    """Where a column header leads and how the list is ordered by it now."""

    href: str
    direction: str


def address(query: QueryDict, **changes: Any) -> str:
    """Return the query string with some keys replaced (None drops one), back on the first page."""
    changed = query.copy()
    for key in (*PAGE_KEYS, *changes):
        changed.pop(key, None)
    for key, value in changes.items():
        if value not in (None, ""):
            changed[key] = str(value)
    return f"?{changed.urlencode()}"


def kept_by_search(query: QueryDict) -> list[tuple[str, str]]:
    """Return what a search keeps of an address: every key but its own and the page's.

    A template must not do this itself: there `query.items` is what `?items=` says.
    """
    dropped = ("q", *PAGE_KEYS)
    return [(key, str(value)) for key, value in query.items() if key not in dropped]


def sort_link(query: QueryDict, column: str, *, default: str = "") -> SortLink:
    """Return the link of a column header; a second click turns the order round."""
    current = query.get("sort", default)
    if current == column:
        return SortLink(href=address(query, sort=f"-{column}"), direction="ascending")
    direction = "descending" if current == f"-{column}" else "none"
    return SortLink(href=address(query, sort=column), direction=direction)
