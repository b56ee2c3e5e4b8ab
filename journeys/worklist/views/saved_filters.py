"""Saving a list's filters, and the page where a person keeps them in order."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.planning.state_labels import journey_status_choices
from journeys.worklist.access import Desk, at_desk
from journeys.worklist.domain import FilterPage, kept, names_somebody
from journeys.worklist.forms.saved_filters import SavedFilterForm
from journeys.worklist.labels import SORT_LABELS
from journeys.worklist.models import SavedFilter
from journeys.worklist.selectors.finding import NO_JOURNEY
from journeys.worklist.selectors.list_tools import narrowing_of
from journeys.worklist.selectors.owners import ME
from journeys.worklist.selectors.saved_filters import (
    ROUTES,
    Words,
    address_of,
    described,
    filters_of,
)
from journeys.worklist.services.saved_filters import (
    NamesSomebody,
    NameTaken,
    change_filter,
    delete_filter,
    save_filter,
)


@require_safe
@at_desk
def saved_filters(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """List the filters that the person saved and those that colleagues share."""
    context = _context(desk) | {"filters": filters_of(desk.user, desk.centres, _words(desk))}
    return render(request, "worklist/filters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def new_filter(request: SignedInRequest, desk: Desk, page: str) -> HttpResponse:
    """Save the filters that the address carries under a name."""
    filter_page = _page(page)
    query = kept(filter_page, request.GET.dict())
    if not query:
        messages.info(request, _("Nothing is filtered yet. Choose what to see, then save it."))
        return redirect(f"{reverse(ROUTES[filter_page])}?sort=")
    form = SavedFilterForm(request.POST or None, may_share=not names_somebody(query))
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_filter(
                owner=desk.user,
                centre=desk.centre,
                page=filter_page,
                query=query,
                **form.cleaned_data,
            )
        except (NameTaken, NamesSomebody) as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
            return redirect(address_of(saved, with_centre=len(desk.centres) > 1))
    context = _context(desk) | {"form": form, "says": described(filter_page, query, _words(desk))}
    return _form_page(request, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def edit_filter(request: SignedInRequest, desk: Desk, filter_uid: UUID) -> HttpResponse:
    """Rename a filter, share it or stop sharing it, and make it the page's default or not."""
    saved = _own(desk, filter_uid)
    values = {
        "name": saved.name,
        "is_shared": saved.is_shared,
        "is_default": saved.is_default,
    }
    form = SavedFilterForm(
        request.POST or None, initial=values, may_share=not names_somebody(saved.query)
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_filter(saved, **form.cleaned_data)
        except (NameTaken, NamesSomebody) as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("“%(name)s” is changed.") % {"name": saved.name})
            return redirect("worklist:filters")
    says = described(FilterPage(saved.page), saved.query, _words(desk))
    context = {"form": form, "says": says, "saved": saved}
    return _form_page(request, _context(desk) | context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def remove_filter(request: SignedInRequest, desk: Desk, filter_uid: UUID) -> HttpResponse:
    """Ask before a filter is forgotten, and forget it."""
    saved = _own(desk, filter_uid)
    if request.method == "POST":
        delete_filter(saved)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": saved.name})
        return redirect("worklist:filters")
    return render(request, "worklist/filter_delete.html", _context(desk) | {"saved": saved})


def _page(name: str) -> FilterPage:
    """Return the page whose filters are to be saved.

    Raises:
        Http404: no such page.
    """
    try:
        return FilterPage(name)
    except ValueError as error:
        raise Http404 from error


def _own(desk: Desk, uid: UUID) -> SavedFilter:
    """Return a filter of the person; a colleague's is theirs to change."""
    offered = SavedFilter.objects.offered_to(desk.user, desk.centres)
    return get_object_or_404(offered.select_related("owner", "centre"), uid=uid, owner=desk.user)


def _refuse(form: SavedFilterForm, refusal: Exception) -> None:
    if isinstance(refusal, NameTaken):
        form.add_error("name", _("You already have a filter of this name on this page."))
    else:
        form.add_error(
            "is_shared",
            _("It holds words you searched for, which may name a patient. Keep it to yourself."),
        )


def _words(desk: Desk) -> Words:
    """Return the words of the values that addresses carry as codes."""
    narrowing = narrowing_of(desk.centre, desk.centres)
    return {
        "status": dict(journey_status_choices()) | {NO_JOURNEY: _("No journey yet")},
        "stage": narrowing.stages,
        "protocol": dict(narrowing.protocols),
        "owner": {ME: _("Mine"), **dict(narrowing.owners)},
        "sort": SORT_LABELS,
        "view": {"table": _("Table")},
    }


def _context(desk: Desk) -> dict[str, Any]:
    return {"desk": desk, "centre": desk.centre, "today": desk.today}


def _form_page(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return render(request, "worklist/filter_form.html", context, status=status)
