"""The manufacturer's slots: the list, asking for one, and one with what can be done with it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.capacity.access import BOOKERS, CARE, Place, at_centre, on_slot
from journeys.capacity.domain.slots import USUAL_HOLD, SlotState, may_become
from journeys.capacity.forms import HoldForm, ReleaseForm, RequestSlotForm
from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.selectors.slots import open_cycles, slot_page, slot_row
from journeys.capacity.services import confirm_slot, hold_slot, release_slot, request_slot
from journeys.capacity.views.weeks import tabs
from journeys.planning.services import Refusal
from journeys.planning.services.refusals import SentTwice


@require_safe
@at_centre(roles=CARE)
def slots(request: SignedInRequest, place: Place) -> HttpResponse:
    """Show the slots of a centre, those that lapse soon first."""
    page = slot_page(request.user, centre=place.centre, now=place.now)
    reads.log(request, page.seen, how=ReadHow.LIST, centre=place.centre)
    context = _context(place) | {"page": page, "tabs": tabs(place, "slots")}
    return render(request, "capacity/slots.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_centre(roles=BOOKERS)
def new_slot(request: SignedInRequest, place: Place) -> HttpResponse:
    """Note that a slot was asked for."""
    form = RequestSlotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = {**form.cleaned_data}
        try:
            request_slot(
                uid=asked.pop("key"), centre=place.centre, by=request.user, now=place.now, **asked
            )
        except SentTwice as twice:
            messages.info(request, twice.sentence)
            return redirect("capacity:slots")
        except Refusal as refusal:
            form.add_error("ready_on", refusal.sentence)
        else:
            messages.success(request, _("The slot is noted. Hold it once it is promised."))
            return redirect("capacity:slots")
    context = _context(place) | {"form": form}
    return render(request, "capacity/slot_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@on_slot
def slot(request: SignedInRequest, place: Place, slot: ManufacturingSlot) -> HttpResponse:
    """Show one slot; `do` in the POST is hold, confirm or release."""
    step = request.POST.get("do", "")
    form: forms.Form | None = None
    if request.method == "POST":
        form = _form(step, place, slot, request.POST)
        if form.is_valid():
            answer = _carry_out(request, place, slot, step, form)
            if answer:
                return answer
    state, sent = SlotState(slot.state), (step, form)
    context = _context(place) | {
        "row": slot_row(slot, now=place.now, is_unneeded=_is_unneeded(place, slot)),
        "slot": slot,
        "confirm": may_become(state, SlotState.CONFIRMED) and slot.cycle_id is not None,
        "hold": _shown("hold", sent, place, slot) if may_become(state, SlotState.HELD) else None,
        "release": _shown("release", sent, place, slot)
        if may_become(state, SlotState.RELEASED)
        else None,
        "refused": form if step == "confirm" else None,
    }
    has_errors = form is not None and bool(form.errors)
    return render(request, "capacity/slot.html", context, status=422 if has_errors else 200)


def _is_unneeded(place: Place, slot: ManufacturingSlot) -> bool:
    return ManufacturingSlot.objects.unneeded(on=place.today).filter(pk=slot.pk).exists()


def _shown(
    step: str, sent: tuple[str, forms.Form | None], place: Place, slot: ManufacturingSlot
) -> forms.Form:
    """Return the form of a step: as it was sent, or afresh."""
    name, form = sent
    return form if form is not None and name == step else _form(step, place, slot, None)


def _form(step: str, place: Place, slot: ManufacturingSlot, sent: Any) -> forms.Form:
    if step == "hold":
        until = timezone.localtime(place.now + USUAL_HOLD, place.zone)
        cycles = [slot.cycle] if slot.cycle else []
        if not cycles:
            cycles = [*open_cycles(place.user, centre=place.centre, product=slot.product)]
        initial = {
            "until_on": until.date(),
            "until_at": until.replace(minute=0).time(),
            "journey": slot.cycle.journey.uid if slot.cycle else "",
        }
        return HoldForm(sent, zone=place.zone, cycles=cycles, initial=initial)
    if step == "release":
        return ReleaseForm(sent)
    return forms.Form(sent)


def _carry_out(
    request: SignedInRequest, place: Place, slot: ManufacturingSlot, step: str, form: forms.Form
) -> HttpResponse | None:
    data, by, now = form.cleaned_data, request.user, place.now
    try:
        if step == "hold":
            until, cycle = data["hold_until"], data["cycle"]
            hold_slot(slot_uid=slot.uid, hold_until=until, cycle=cycle, by=by, now=now)
            said = _("The slot is held. You are reminded before the hold lapses.")
        elif step == "confirm":
            confirm_slot(slot_uid=slot.uid, by=by, now=now)
            said = _("The slot is confirmed.")
        elif step == "release":
            release_slot(slot_uid=slot.uid, reason=data["reason"], by=by, now=now)
            said = _("The slot is given back.")
        else:
            return redirect("capacity:slot", slot.uid)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return None
    messages.success(request, said)
    return redirect("capacity:slots")


def _context(place: Place) -> dict[str, object]:
    return {"place": place, "centre": place.centre, "today": place.today}
