"""The calendar: units and patients' stages against weeks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.capacity.access import Place, at_centre
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.labels import kind_choices
from journeys.capacity.selectors.calendar import WEEKS
from journeys.capacity.selectors.calendar import calendar as calendar_of
from journeys.capacity.selectors.placing import unplaced
from journeys.capacity.views.weeks import monday_asked, tabs, week_links

USUAL_WEEKS = WEEKS[0]


@require_safe
@at_centre()
def calendar(request: SignedInRequest, place: Place) -> HttpResponse:
    """Show some weeks of a centre; `?from=`, `?weeks=` and `?kind=` choose."""
    monday = monday_asked(request, today=place.today)
    asked = request.GET.get("weeks", "")
    weeks = int(asked) if asked in map(str, WEEKS) else USUAL_WEEKS
    kind = request.GET.get("kind", "")
    page = calendar_of(
        request.user,
        centre=place.centre,
        first_on=monday,
        weeks=weeks,
        today=place.today,
        kind=ResourceKind(kind) if kind in set(ResourceKind) else None,
    )
    rows, named = (
        unplaced(
            request.user,
            centre=place.centre,
            first_on=max(page.first_on, place.today),
            last_on=page.last_on,
        )
        if place.may_book
        else ((), ())
    )
    reads.log(request, [*page.seen, *named], how=ReadHow.LIST, centre=place.centre)
    context = {
        "place": place,
        "centre": place.centre,
        "today": place.today,
        "page": page,
        "unplaced": rows,
        "links": week_links(request, monday, weeks=weeks),
        "tabs": tabs(place, "calendar"),
        "kinds": kind_choices(),
        "lengths": [str(each) for each in WEEKS[1:]],
        "usual": USUAL_WEEKS,
    }
    return render(request, "capacity/calendar.html", context)
