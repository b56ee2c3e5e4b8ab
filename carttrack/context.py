"""What every page knows without its view: where the reader works or is treated, and their mail."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from carttrack.accounts.models import Centre
from carttrack.accounts.selectors import Workplace
from carttrack.prepared import answers
from journeys.patients.models import CareRelation
from notifications.selectors import Frame, asked_for_frame, frame_from


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


def sending(request: HttpRequest) -> dict[str, Any]:
    """Offer how many messages the reader has not opened, and what is wrong with sending them.

    Both come from one question, which is asked when a page needs the first of them.
    """
    if not hasattr(request, "user"):
        return {}
    frame = SimpleLazyObject(lambda: _frame(request))
    return {"sending": frame, "unread": SimpleLazyObject(lambda: frame.unread)}


def _frame(request: HttpRequest) -> Frame:
    if not request.user.is_authenticated:
        return Frame()
    _read(request)
    frame: Frame = request.sending  # type: ignore[attr-defined]
    return frame


def _workplace(request: HttpRequest) -> Workplace | None:
    if not request.user.is_authenticated:
        return None
    _read(request)
    workplace: Workplace | None = request.workplace  # type: ignore[attr-defined]
    return workplace


def _read(request: HttpRequest) -> None:
    """Read workplace and frame together, unless the view has done so."""
    if not hasattr(request, "workplace"):
        posts, frame = answers(*asked_for_frame(request.user))
        frame_from(request, posts, frame, now=timezone.now())


def _centre_caring_for(request: HttpRequest) -> Centre | None:
    """Return the centre that has cared for a patient since the latest day; it is whom to call."""
    if not request.user.is_authenticated:
        return None
    relations = CareRelation.objects.current().filter(patient__user=request.user)
    latest = relations.select_related("centre").order_by("-from_on", "-pk").first()
    return latest.centre if latest else None
