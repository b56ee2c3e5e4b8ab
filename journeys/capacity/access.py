"""Who may look at a centre's capacity and who may change it; everybody else finds nothing (404).

Everybody with a role at a centre sees its calendar; whose a bar is, only those who may see the
patient. Coordinators book; they and administrators keep the units.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from carttrack.accounts.access import SignedInRequest, chosen_centre, require_sign_in
from carttrack.accounts.domain import CLINICAL_ROLES, Role
from carttrack.accounts.models import Centre, Membership, User
from carttrack.audit import reads
from journeys.capacity.models import ManufacturingSlot, Resource
from journeys.planning.models import Activity, Journey
from journeys.planning.workspace import centre_today

EVERYBODY = frozenset(Role)
CARE = CLINICAL_ROLES
BOOKERS = frozenset({Role.COORDINATOR})
KEEPERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

View = Callable[..., HttpResponse]
Opened = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One person at one of their centres, on its clock."""

    user: User
    centre: Centre
    centres: tuple[Centre, ...]
    roles: dict[int, frozenset[Role]]
    now: datetime

    @property
    def today(self) -> date:
        """Return the date at the centre."""
        return centre_today(self.centre, now=self.now)

    @property
    def zone(self) -> ZoneInfo:
        """Return the centre's time zone."""
        return ZoneInfo(self.centre.time_zone)

    @property
    def may_book(self) -> bool:
        """Tell whether the person books here."""
        return self.may(BOOKERS)

    @property
    def may_keep(self) -> bool:
        """Tell whether the person keeps the units here."""
        return self.may(KEEPERS)

    @property
    def may_allow(self) -> bool:
        """Tell whether the person gives the right to overbook here."""
        return self.may(ADMINISTRATORS)

    def may(self, roles: frozenset[Role]) -> bool:
        """Tell whether the person has one of the roles here."""
        return bool(roles & self.roles[self.centre.pk])


def at_centre(*, roles: frozenset[Role] = EVERYBODY) -> Callable[[View], Opened]:
    """Open a view at a centre where the person has one of the roles; `?centre=` chooses which."""

    def guard(view: View) -> Opened:
        @require_sign_in
        @wraps(view)
        def opened(request: SignedInRequest, /, **more: Any) -> HttpResponse:
            place = _place(request, roles)
            with timezone.override(place.zone):
                return view(request, place, **more)

        return opened

    return guard


def on_resource(view: View) -> Opened:
    """Open a view with a unit of a centre that the person keeps."""

    @require_sign_in
    @wraps(view)
    def opened(request: SignedInRequest, /, resource_uid: UUID, **more: Any) -> HttpResponse:
        kept = Centre.objects.of(request.user, KEEPERS)
        resources = Resource.objects.filter(centre__in=kept).select_related("centre")
        resource = get_object_or_404(resources, uid=resource_uid)
        place = _place(request, KEEPERS, at=resource.centre)
        with timezone.override(place.zone):
            return view(request, place, resource, **more)

    return opened


def on_slot(view: View) -> Opened:
    """Open a view with a slot that the person books: free, or of a patient whom they may see."""

    @require_sign_in
    @wraps(view)
    def opened(request: SignedInRequest, slot_uid: UUID) -> HttpResponse:
        centres = Centre.objects.of(request.user, BOOKERS)
        slots = ManufacturingSlot.objects.visible_to(request.user).filter(centre__in=centres)
        slot = get_object_or_404(
            slots.select_related("centre", "product", "cycle__journey__patient"), uid=slot_uid
        )
        place = _place(request, BOOKERS, at=slot.centre)
        with timezone.override(place.zone):
            answer = view(request, place, slot)
            return (
                reads.noted(request, slot.cycle.journey.patient, answer) if slot.cycle else answer
            )

    return opened


def on_journey(view: View) -> Opened:
    """Open a view with a journey that the person books for."""

    @require_sign_in
    @wraps(view)
    def opened(request: SignedInRequest, journey_uid: UUID) -> HttpResponse:
        journeys = Journey.objects.visible_to(request.user).filter(centre__in=_booking(request))
        journey = get_object_or_404(
            journeys.select_related("patient", "centre", "protocol_version__protocol").defer(
                "protocol_version__document"
            ),
            uid=journey_uid,
        )
        place = _place(request, BOOKERS, at=journey.centre)
        with timezone.override(place.zone):
            return reads.noted(request, journey.patient, view(request, place, journey))

    return opened


def on_activity(view: View) -> Opened:
    """Open a view with an activity that the person books."""

    @require_sign_in
    @wraps(view)
    def opened(request: SignedInRequest, activity_uid: UUID) -> HttpResponse:
        activities = Activity.objects.visible_to(request.user).filter(centre__in=_booking(request))
        activity = get_object_or_404(
            activities.select_related(
                "journey__patient", "journey__protocol_version", "centre", "cycle"
            ).defer("journey__protocol_version__document"),
            uid=activity_uid,
        )
        place = _place(request, BOOKERS, at=activity.centre)
        with timezone.override(place.zone):
            return reads.noted(request, activity.journey.patient, view(request, place, activity))

    return opened


def _booking(request: SignedInRequest) -> Any:
    return Centre.objects.of(request.user, BOOKERS)


def _place(request: SignedInRequest, roles: frozenset[Role], *, at: Centre | None = None) -> Place:
    """Return where the person stands.

    Raises:
        Http404: they have none of the roles anywhere, or not at the centre they ask for.
    """
    memberships = Membership.objects.of(request.user).select_related("centre")
    held: dict[int, frozenset[Role]] = {}
    centres: dict[str, Centre] = {}
    for membership in memberships.order_by("centre__name", "pk"):
        of_centre = held.get(membership.centre_id, frozenset()) | {Role(membership.role)}
        held[membership.centre_id] = of_centre
        if roles & of_centre:
            centres[membership.centre.code] = membership.centre
    if not centres:
        raise Http404
    return Place(
        user=request.user,
        centre=at or chosen_centre(request, centres),
        centres=tuple(centres.values()),
        roles=held,
        now=timezone.now(),
    )
