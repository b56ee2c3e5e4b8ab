"""Finding a chain of slots for a journey, and taking one."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from journeys.capacity.access import Place, on_journey
from journeys.capacity.labels import NO_CHAIN_LABELS
from journeys.capacity.selectors.chains import ChainSearch, search_chains
from journeys.capacity.selectors.people import journey_page
from journeys.capacity.services import take_chain
from journeys.capacity.services.refusals import ChainGone
from journeys.planning.models import Journey
from journeys.planning.services import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey
def chains(request: SignedInRequest, place: Place, journey: Journey) -> HttpResponse:
    """Show the three best chains; `?take=` asks to confirm one, POST takes it.

    A chain goes by a key that is made anew from what is free now, so that only what was found can
    be taken, and nothing that is gone.
    """
    found = search_chains(journey.uid, user=request.user, today=place.today, now=place.now)
    key = request.POST.get("take") or request.GET.get("take", "")
    chain = found.chain(key)
    if key and chain is None:
        return _list(request, place, journey, found, refused=ChainGone().sentence)
    if chain is None:
        return _list(request, place, journey, found)
    if request.method != "POST":
        context = _context(place, journey) | {"chain": chain, "key": key}
        return render(request, "capacity/chain.html", context)
    try:
        take_chain(
            journey_uid=journey.uid, chain=chain, by=request.user, today=place.today, now=place.now
        )
    except Refusal as refusal:
        return _list(request, place, journey, found, refused=refusal.sentence)
    messages.success(
        request,
        _("The chain is taken. Confirm the manufacturer's slot before its hold lapses.")
        if chain.manufacturing
        else _("The chain is taken."),
    )
    return redirect(journey_page(journey.uid) or "capacity:calendar")


def _list(
    request: SignedInRequest, place: Place, journey: Journey, found: ChainSearch, refused: str = ""
) -> HttpResponse:
    missing = found.found.missing
    context = _context(place, journey) | {
        "chains": list(zip(found.keys, found.found.chains, strict=True)),
        "missing": NO_CHAIN_LABELS[missing] if missing else "",
        "refused": refused,
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "capacity/chains.html", context, status=status)


def _context(place: Place, journey: Journey) -> dict[str, object]:
    return {
        "place": place,
        "centre": place.centre,
        "today": place.today,
        "journey": journey,
        "patient": journey.patient,
        "back": journey_page(journey.uid),
    }
