"""The units of a centre: the list, a new one, and one with its hours and closures."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from journeys.capacity.access import KEEPERS, Place, at_centre, on_resource
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.forms import ClosureForm, HoursForm, NewUnitForm, StayForm, UnitForm
from journeys.capacity.forms.units import said_hours
from journeys.capacity.labels import KIND_LABELS
from journeys.capacity.models import Closure, Resource
from journeys.capacity.selectors.units import closure_rows, hours_of, own_week, unit_rows
from journeys.capacity.services import (
    add_closure,
    add_resource,
    change_resource,
    lift_closure,
    set_hours,
    set_stay,
)
from journeys.capacity.views.weeks import tabs
from journeys.capacity.workspace import stays_of
from journeys.planning.services import Refusal
from journeys.planning.services.refusals import SentTwice


@require_safe
@at_centre(roles=KEEPERS)
def units(request: SignedInRequest, place: Place) -> HttpResponse:
    """Show the units of a centre and how long beds are held."""
    return _list(request, place, StayForm())


@require_POST
@at_centre(roles=KEEPERS)
def stay(request: SignedInRequest, place: Place) -> HttpResponse:
    """Set how long a bed is held for an infusion."""
    form = StayForm(request.POST)
    if not form.is_valid():
        return _list(request, place, form)
    data = form.cleaned_data
    set_stay(
        centre=place.centre,
        kind=ResourceKind(data["kind"]),
        last_day=data["last_day"],
        source=data["source"],
        by=request.user,
        now=place.now,
    )
    messages.success(request, _("Set. It counts for what is booked from now on."))
    return redirect("capacity:units")


@require_http_methods(["GET", "HEAD", "POST"])
@at_centre(roles=KEEPERS)
def new_unit(request: SignedInRequest, place: Place) -> HttpResponse:
    """Add a unit."""
    form = NewUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            resource = add_resource(
                centre=place.centre,
                kind=ResourceKind(form.cleaned_data["kind"]),
                name=form.cleaned_data["name"],
                by=request.user,
                now=place.now,
            )
        except Refusal as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, _("%(name)s is added.") % {"name": resource.name})
            return redirect("capacity:unit", resource.uid)
    context = _context(place) | {"form": form}
    return render(request, "capacity/unit_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@on_resource
def unit(request: SignedInRequest, place: Place, resource: Resource) -> HttpResponse:
    """Show one unit; POST renames it or takes it into or out of use."""
    if request.method != "POST":
        return _unit(request, place, resource)
    form = UnitForm(request.POST)
    if form.is_valid():
        try:
            change_resource(
                resource_uid=resource.uid, by=request.user, now=place.now, **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error("name", refusal.sentence)
    if form.errors:
        return _unit(request, place, resource, unit_form=form)
    messages.success(request, _("The unit is changed. What is booked in it stays."))
    return redirect("capacity:unit", resource.uid)


@require_POST
@on_resource
def hours(request: SignedInRequest, place: Place, resource: Resource) -> HttpResponse:
    """Set the hours of a unit or of all units of its kind."""
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _unit(request, place, resource, hours_form=form)
    set_hours(
        resource_uid=resource.uid,
        week=form.cleaned_data["week"],
        whole_kind=form.cleaned_data["whole_kind"],
        by=request.user,
        now=place.now,
    )
    messages.success(request, _("The hours are set. What is booked outside them stays."))
    return redirect("capacity:unit", resource.uid)


@require_POST
@on_resource
def close(request: SignedInRequest, place: Place, resource: Resource) -> HttpResponse:
    """Close a unit for a time and name what stands in it."""
    form = ClosureForm(request.POST, zone=place.zone)
    if not form.is_valid():
        return _unit(request, place, resource, closure_form=form)
    data = form.cleaned_data
    try:
        made = add_closure(
            uid=data["key"],
            resource_uid=resource.uid,
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            reason=data["reason"],
            by=request.user,
            now=place.now,
        )
    except SentTwice as twice:
        messages.info(request, twice.sentence)
        return redirect("capacity:unit", resource.uid)
    messages.success(request, _("The unit is closed then. Nothing was cancelled."))
    if made.hit:
        text = ngettext(
            "%(count)d reservation stands in it and needs another unit or time.",
            "%(count)d reservations stand in it and need another unit or time.",
            len(made.hit),
        )
        messages.warning(request, text % {"count": len(made.hit)})
    return redirect("capacity:unit", resource.uid)


@require_POST
@on_resource
def lift(
    request: SignedInRequest, place: Place, resource: Resource, closure_uid: UUID
) -> HttpResponse:
    """Open a unit again before its closure ends."""
    if not Closure.objects.filter(resource=resource, uid=closure_uid).exists():
        raise Http404
    try:
        lift_closure(closure_uid=closure_uid, by=request.user, now=place.now)
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("The closure is lifted."))
    return redirect("capacity:unit", resource.uid)


def _list(request: SignedInRequest, place: Place, form: StayForm) -> HttpResponse:
    context = _context(place) | {
        "rows": unit_rows(place.centre, today=place.today),
        "stays": [(KIND_LABELS[each.kind], each) for each in stays_of(place.centre)],
        "form": form,
        "tabs": tabs(place, "units"),
    }
    return render(request, "capacity/units.html", context, status=422 if form.errors else 200)


def _unit(
    request: SignedInRequest,
    place: Place,
    resource: Resource,
    *,
    unit_form: UnitForm | None = None,
    hours_form: HoursForm | None = None,
    closure_form: ClosureForm | None = None,
) -> HttpResponse:
    closures, seen = closure_rows(request.user, resource, today=place.today, now=place.now)
    reads.log(request, seen, centre=place.centre)
    initial = {"name": resource.name, "is_active": resource.is_active}
    sent: list[forms.Form | None] = [unit_form, hours_form, closure_form]
    context = _context(place) | {
        "resource": resource,
        "kind_label": KIND_LABELS[ResourceKind(resource.kind)],
        "closures": closures,
        "hours": hours_of(resource, today=place.today),
        "unit_form": unit_form or UnitForm(initial=initial),
        "hours_form": hours_form or HoursForm(initial=said_hours(own_week(resource))),
        "closure_form": closure_form or ClosureForm(zone=place.zone),
    }
    status = 422 if any(form and form.errors for form in sent) else 200
    return render(request, "capacity/unit.html", context, status=status)


def _context(place: Place) -> dict[str, object]:
    return {"place": place, "centre": place.centre, "today": place.today}
