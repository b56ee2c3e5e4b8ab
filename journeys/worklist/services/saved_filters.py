"""Keeping, changing and forgetting the saved filters of a person."""

from collections.abc import Mapping

from django.db import transaction

from carttrack.accounts.models import Centre, User
from journeys.worklist.domain import FilterPage, kept, names_somebody
from journeys.worklist.models import SavedFilter


class NameTaken(Exception):
    """The person already has a filter of this name for this page."""


class NamesSomebody(Exception):
    """Words of a search would be shared with colleagues."""


class NothingToSave(Exception):
    """The address holds no filter and no order."""


@transaction.atomic
def save_filter(
    *,
    owner: User,
    centre: Centre,
    page: FilterPage,
    name: str,
    query: Mapping[str, str],
    is_shared: bool,
    is_default: bool,
) -> SavedFilter:
    """Keep an address under a name; only the keys that the page reads are stored.

    Raises:
        NothingToSave: no known key says anything.
        NamesSomebody: it is to be shared and holds words of a search.
        NameTaken: the person already uses the name on this page.
    """
    found = kept(page, query)
    if not found:
        raise NothingToSave
    _check(owner, page, name, found, is_shared=is_shared)
    if is_default:
        _drop_default(owner, page)
    return SavedFilter.objects.create(
        owner=owner,
        centre=centre,
        page=page,
        name=name,
        query=found,
        is_shared=is_shared,
        is_default=is_default,
    )


@transaction.atomic
def change_filter(
    saved: SavedFilter, *, name: str, is_shared: bool, is_default: bool
) -> SavedFilter:
    """Rename a filter, share it or not, and make it the page's default or not.

    Raises:
        NamesSomebody: it is to be shared and holds words of a search.
        NameTaken: the person already uses the name on this page.
    """
    page = FilterPage(saved.page)
    _check(saved.owner, page, name, saved.query, is_shared=is_shared, but=saved)
    if is_default:
        _drop_default(saved.owner, page)
    saved.name, saved.is_shared, saved.is_default = name, is_shared, is_default
    saved.save(update_fields=["name", "is_shared", "is_default"])
    return saved


def delete_filter(saved: SavedFilter) -> None:
    """Forget a filter; the lists themselves are not touched."""
    saved.delete()


def _check(
    owner: User,
    page: FilterPage,
    name: str,
    query: Mapping[str, str],
    *,
    is_shared: bool,
    but: SavedFilter | None = None,
) -> None:
    """Refuse what the constraints would, in words; the owner's row makes two at once wait."""
    User.objects.select_for_update().get(pk=owner.pk)
    if is_shared and names_somebody(query):
        raise NamesSomebody
    others = SavedFilter.objects.filter(owner=owner, page=page)
    if but:
        others = others.exclude(pk=but.pk)
    if others.filter(name__iexact=name).exists():
        raise NameTaken


def _drop_default(owner: User, page: FilterPage) -> None:
    SavedFilter.objects.filter(owner=owner, page=page, is_default=True).update(is_default=False)
