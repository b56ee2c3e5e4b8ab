"""What every page knows without its view: where the reader works or is treated, and their mail."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from carttrack.accounts.access import CENTRE_KEY
from carttrack.accounts.models import Centre
from carttrack.accounts.selectors import Workplace, workplace_of
from journeys.patients.models import CareRelation
from notifications.selectors import unread_count


def centre(request: HttpRequest) -> dict[str, Any]:
    """Offer the reader's `workplace` and `centre`; asked for once, and only when a page needs it.

    A view that passes `centre` itself is right about it: its value stands before this one.
    """
    if not hasattr(request, "user"):  # the answer to a request that no middleware has seen
        return {}
    workplace = SimpleLazyObject(lambda: _workplace(request))
    return {
        "workplace": workplace,
        "centre": SimpleLazyObject(
            lambda: workplace.centre if workplace else _centre_caring_for(request)
        ),
    }


def unread(request: HttpRequest) -> dict[str, Any]:
    """Offer how many messages the reader has not opened, for the navigation."""
    if not hasattr(request, "user"):
        return {}
    return {"unread": SimpleLazyObject(lambda: _unread(request))}


def _unread(request: HttpRequest) -> int:
    return unread_count(user=request.user) if request.user.is_authenticated else 0


def _workplace(request: HttpRequest) -> Workplace | None:
    if not request.user.is_authenticated:
        return None
    if hasattr(request, "workplace"):
        read: Workplace | None = request.workplace
        return read
    return workplace_of(request.user, chosen=request.session.get(CENTRE_KEY, ""))


def _centre_caring_for(request: HttpRequest) -> Centre | None:
    """Return the centre that has cared for a patient since the latest day; it is whom to call."""
    if not request.user.is_authenticated:
        return None
    relations = CareRelation.objects.current().filter(patient__user=request.user)
    latest = relations.select_related("centre").order_by("-from_on", "-pk").first()
    return latest.centre if latest else None
