"""The keys that spare a reach for the mouse."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.worklist.access import Desk, at_desk


@require_safe
@at_desk
def keys(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """List the keys; the same list opens in a dialog on `?`."""
    context = {"desk": desk, "centre": desk.centre, "today": desk.today}
    return render(request, "worklist/keys.html", context)
