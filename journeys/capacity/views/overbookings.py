"""The overbookings of a week; and, for administrators, who may overbook."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership, User
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.capacity.access import ADMINISTRATORS, Place, at_centre
from journeys.capacity.forms.rights import RightForm
from journeys.capacity.selectors.overbookings import overbookers
from journeys.capacity.selectors.overbookings import overbookings as overbookings_of
from journeys.capacity.services import allow_overbooking, withdraw_overbooking
from journeys.capacity.views.weeks import WEEK, monday_asked, tabs, week_links


@require_safe
@at_centre()
def overbookings(request: SignedInRequest, place: Place) -> HttpResponse:
    """Show what is overbooked in a week; `?from=` chooses which."""
    monday = monday_asked(request, today=place.today)
    rows, seen = overbookings_of(
        request.user, centre=place.centre, first_on=monday, today=place.today
    )
    reads.log(request, seen, how=ReadHow.LIST, centre=place.centre)
    context = {
        "place": place,
        "centre": place.centre,
        "today": place.today,
        "rows": rows,
        "first_on": monday,
        "last_on": monday + WEEK - timedelta(days=1),
        "links": week_links(request, monday, weeks=1),
        "tabs": tabs(place, "overbookings"),
        "people": overbookers(place.centre) if place.may_allow else (),
    }
    return render(request, "capacity/overbookings.html", context)


@require_POST
@at_centre(roles=ADMINISTRATORS)
def right(request: SignedInRequest, place: Place) -> HttpResponse:
    """Give a coordinator of the centre the right to overbook, or take it back."""
    form = RightForm(request.POST)
    if not form.is_valid():
        return redirect("capacity:overbookings")
    coordinators = Membership.objects.current().filter(centre=place.centre, role=Role.COORDINATOR)
    people = User.objects.filter(pk__in=coordinators.values("user"))
    person = get_object_or_404(people, uid=form.cleaned_data["person"])
    change = allow_overbooking if form.cleaned_data["may"] else withdraw_overbooking
    change(user=person, centre=place.centre, by=request.user, now=place.now)
    said = (
        _("%(name)s may overbook now.")
        if form.cleaned_data["may"]
        else _("%(name)s may no longer overbook.")
    )
    messages.success(request, said % {"name": person.name})
    return redirect("capacity:overbookings")
