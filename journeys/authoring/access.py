"""Who may write protocols: coordinators and administrators of a centre; others find nothing (404).

A coordinator also sees how many of the centre's patients are on a version; an administrator sees no
patient, and so neither counts nor migrations.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from carttrack.accounts.access import SignedInRequest, chosen_centre, require_sign_in
from carttrack.accounts.domain import CLINICAL_ROLES, Role
from carttrack.accounts.models import Centre, Membership, User
from journeys.authoring.models import AUTHORS, ProtocolDraft
from journeys.authoring.services.refusals import DraftClosed
from journeys.planning.models import ProtocolVersion
from journeys.planning.workspace import centre_today

STAFF_FRAME, PLAIN_FRAME = "staff.html", "accounts/frame.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Where a person writes protocols: their centres, and the one they write for now."""

    user: User
    centre: Centre
    centres: tuple[Centre, ...]
    coordinates: frozenset[int]
    is_clinical: bool
    now: datetime

    @property
    def today(self) -> date:
        """Return the date at the centre."""
        return centre_today(self.centre, now=self.now)

    @property
    def sees_patients(self) -> bool:
        """Tell whether they coordinate journeys at the centre."""
        return self.centre.pk in self.coordinates

    @property
    def frame(self) -> str:
        """Return the template around the page: whoever sees no patients has fewer links."""
        return STAFF_FRAME if self.is_clinical else PLAIN_FRAME

    def at(self, centre: Centre) -> "Office":
        """Return the same office on behalf of another of the person's centres."""
        return replace(self, centre=centre)

    def versions(self) -> QuerySet[ProtocolVersion]:
        """Return the published versions they may read: shared ones and their centre's own."""
        is_offered = Q(protocol__centre__isnull=True) | Q(protocol__centre=self.centre)
        return ProtocolVersion.objects.filter(is_offered).select_related(
            "protocol__product", "protocol__centre"
        )

    def context(self) -> dict[str, Any]:
        """Return what every page of the editor needs."""
        return {"office": self, "centre": self.centre, "today": self.today, "frame": self.frame}


def office_for(request: SignedInRequest) -> Office:
    """Return where the person writes protocols; `?centre=` chooses between several.

    Raises:
        Http404: they may write none, or not for the centre they ask for.
    """
    memberships = Membership.objects.of(request.user).select_related("centre")
    held = list(memberships.order_by("centre__name", "pk"))
    centres = {row.centre.code: row.centre for row in held if row.role in AUTHORS}
    if not centres:
        raise Http404
    return Office(
        user=request.user,
        centre=chosen_centre(request, centres),
        centres=tuple(centres.values()),
        coordinates=frozenset(row.centre_id for row in held if row.role == Role.COORDINATOR),
        is_clinical=any(row.role in CLINICAL_ROLES for row in held),
        now=timezone.now(),
    )


def at_office(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Open a view to whoever writes protocols somewhere; hours are those of the centre."""

    @require_sign_in
    @wraps(view)
    def seated(request: SignedInRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        office = office_for(request)
        with timezone.override(ZoneInfo(office.centre.time_zone)):
            return view(request, office, *args, **kwargs)

    return seated


def on_version(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Open a view with a published version: a shared one, or one of the centre's own."""

    @at_office
    @wraps(view)
    def opened(
        request: SignedInRequest, office: Office, /, code: str, number: int, **more: Any
    ) -> HttpResponse:
        version = get_object_or_404(office.versions(), protocol__code=code, number=number)
        return view(request, office, version, **more)

    return opened


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Open a view with an open draft of the centre whose protocols the person writes now.

    Whoever presses a button of one that is closed by then reads so, on the page of what it became.
    """

    @at_office
    @wraps(view)
    def opened(
        request: SignedInRequest, office: Office, /, draft_uid: UUID, **more: Any
    ) -> HttpResponse:
        drafts = ProtocolDraft.objects.visible_to(request.user).select_related(
            "centre", "based_on__protocol__product", "updated_by", "published_as__protocol"
        )
        draft = get_object_or_404(
            drafts if request.method == "POST" else drafts.open(), uid=draft_uid
        )
        if not draft.is_open:
            return _closed(request, draft)
        return view(request, office.at(draft.centre), draft, **more)

    return opened


def _closed(request: SignedInRequest, draft: ProtocolDraft) -> HttpResponse:
    messages.info(request, DraftClosed().sentence)
    version = draft.published_as
    if version is None:
        return redirect("authoring:protocols")
    return redirect("authoring:version", code=version.protocol.code, number=version.number)
