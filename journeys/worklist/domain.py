"""Which keys of a page's address a saved filter may hold."""

from collections.abc import Mapping
from enum import StrEnum

SEARCH_KEY = "q"
LONGEST_VALUE = 100


class FilterPage(StrEnum):
    """A list whose address can be saved."""

    PATIENTS = "patients"
    BOARD = "board"


KEYS: dict[FilterPage, tuple[str, ...]] = {
    FilterPage.PATIENTS: (SEARCH_KEY, "status", "stage", "protocol", "owner", "sort"),
    FilterPage.BOARD: ("owner", "protocol", "view"),
}


# What an address need not say, because the page does it anyway.
USUAL = {"sort": "name", "view": "lanes"}


def kept(page: FilterPage, query: Mapping[str, str]) -> dict[str, str]:
    """Return what a filter of a page keeps of an address: known keys that say something.

    The page number and anything unknown are left out, so that what is stored is never more than
    what the page would read.
    """
    found = {key: query.get(key, "").strip()[:LONGEST_VALUE] for key in KEYS[page]}
    return {key: value for key, value in found.items() if value and USUAL.get(key) != value}


def names_somebody(query: Mapping[str, str]) -> bool:
    """Tell whether a query holds words typed into a search, which are a patient's data."""
    return bool(query.get(SEARCH_KEY, "").strip())
