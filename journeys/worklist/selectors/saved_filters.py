"""The saved filters that stand above a list, and those that a person manages."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, TextField
from django.urls import reverse
from django.utils.functional import Promise

from carttrack.accounts.models import Centre, User, reader_key
from carttrack.prepared import CENTRES, READER, Asked, Param, Rows, prepared
from journeys.worklist.domain import FilterPage, kept
from journeys.worklist.labels import FILTER_PAGE_LABELS, KEY_LABELS
from journeys.worklist.models import SavedFilter

ROUTES = {FilterPage.PATIENTS: "worklist:patients", FilterPage.BOARD: "worklist:board"}

# A saved filter as the bar shows it.
OFFERED = tuple(field.attname for field in SavedFilter._meta.concrete_fields)  # noqa: SLF001

Words = Mapping[str, Mapping[str, str | Promise]]  # by key of the address, then by value
NO_WORDS: Words = {}
Said = tuple[str | Promise, str | Promise]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterLink:
    """One saved filter as a link; `shared_by` is empty for the person's own."""

    uid: uuid.UUID
    name: str
    page: str | Promise
    href: str
    centre: str
    shared_by: str
    is_mine: bool
    is_shared: bool
    is_default: bool
    is_current: bool
    says: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterBar:
    """What stands above a list: links, and where to save what is shown now.

    `save_href` is empty while there is nothing new to save, `default_href` unless the person has a
    default of the page and the address says nothing.
    """

    links: tuple[FilterLink, ...]
    save_href: str
    default_href: str


def filter_bar(
    *,
    user: User,
    centre: Centre,
    centres: Sequence[Centre],
    page: FilterPage,
    query: Mapping[str, str],
    offered: Rows,
) -> FilterBar:
    """Return the saved filters of a page, with the current one marked.

    `offered` is the answer of `asked_for_filters`.
    """
    now = kept(page, query)
    rows = _offered(offered, centres)
    links = tuple(_link(row, user, now=now, centre=centre, many=len(centres) > 1) for row in rows)
    default = next((link for link in links if link.is_default and link.is_mine), None)
    is_saved = any(link.is_current for link in links)
    says_nothing = not any(key != "centre" for key in query)
    return FilterBar(
        links=links,
        save_href=_save_href(page, now) if now and not is_saved else "",
        default_href=default.href if default and says_nothing else "",
    )


def filters_of(user: User, centres: Sequence[Centre], words: Words) -> list[FilterLink]:
    """Return every saved filter that the person is offered, their own first."""
    links = [
        _link(row, user, now=None, centre=row.centre, words=words, many=len(centres) > 1)
        for row in _rows(user, centres)
    ]
    return sorted(links, key=lambda link: (not link.is_mine, str(link.page), link.name.casefold()))


def _rows(user: User, centres: Sequence[Centre]) -> QuerySet[SavedFilter]:
    offered = SavedFilter.objects.offered_to(user, centres)
    return offered.select_related("owner", "centre").order_by("name", "pk")


def asked_for_filters(user: User, centres: Sequence[Centre], page: FilterPage) -> Asked:
    """Return the question which saved filters stand above a list."""
    shown = [centre.pk for centre in centres]
    return _offers().asked(reader=reader_key(user), centres=shown, page=page.value)


def _offered(found: Rows, centres: Sequence[Centre]) -> Iterator[SavedFilter]:
    """Read what the bar shows from plain values: every list asks for it."""
    known = {centre.pk: centre for centre in centres}
    for owner, *values in found:
        row = SavedFilter.from_db("default", OFFERED, values)
        row.owner = User(pk=row.owner_id, name=owner)
        row.centre = known[row.centre_id]
        yield row


@prepared
def _offers() -> "QuerySet[SavedFilter, Any]":
    offered = SavedFilter.objects.offered_to(READER, CENTRES)
    rows = offered.filter(page=Param("page", TextField())).order_by("name", "pk")
    return rows.values_list("owner__name", *OFFERED)


def _link(
    row: SavedFilter,
    user: User,
    *,
    now: Mapping[str, str] | None,
    centre: Centre,
    many: bool,
    words: Words = NO_WORDS,
) -> FilterLink:
    is_mine = row.owner_id == user.pk
    page = FilterPage(row.page)
    return FilterLink(
        uid=row.uid,
        name=row.name,
        page=FILTER_PAGE_LABELS[page],
        href=address_of(row, with_centre=many),
        centre=row.centre.short_name,
        shared_by="" if is_mine else row.owner.name,
        is_mine=is_mine,
        is_shared=row.is_shared,
        is_default=row.is_default and is_mine,
        is_current=row.query == now and row.centre_id == centre.pk,
        says=described(page, row.query, words),
    )


def address_of(row: SavedFilter, *, with_centre: bool) -> str:
    """Return where a saved filter leads; `with_centre` also takes the reader to its centre."""
    page = FilterPage(row.page)
    query = kept(page, row.query)
    if with_centre:
        query["centre"] = row.centre.code
    return f"{reverse(ROUTES[page])}?{urlencode(query)}"


def described(page: FilterPage, query: Mapping[str, str], words: Words) -> tuple[Said, ...]:
    """Return what a filter keeps, as label and value; `words` has the words of coded values."""
    return tuple(
        (KEY_LABELS[key], words.get(key, {}).get(value, value))
        for key, value in kept(page, query).items()
    )


def _save_href(page: FilterPage, query: Mapping[str, str]) -> str:
    return f"{reverse('worklist:filter-new', args=[page.value])}?{urlencode(query)}"
