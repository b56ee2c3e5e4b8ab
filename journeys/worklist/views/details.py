"""What a row of the timeline tells on demand: why its day is what it is, and what can be done."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.domain import CLINICAL_ROLES
from journeys.planning.models import Activity
from journeys.planning.selectors.timeline import title_of
from journeys.planning.selectors.why import why
from journeys.worklist.access import RECORDERS, Case, on_activity
from journeys.worklist.views.pages import page_context


@require_safe
@on_activity(roles=CLINICAL_ROLES)
def reasons(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    """Show why the day of an activity is what it is."""
    context = _context(case, activity) | {"reasons": why(activity)}
    partial = "worklist/partials/_reasons.html"
    return render(request, partial if request.htmx else "worklist/reasons.html", context)


@require_safe
@on_activity(roles=RECORDERS)
def actions(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    """Show everything that can be done with an activity."""
    partial = "worklist/partials/_actions_menu.html"
    template = partial if request.htmx else "worklist/actions.html"
    return render(request, template, _context(case, activity))


def _context(case: Case, activity: Activity) -> dict[str, object]:
    return page_context(case) | {"row": activity, "title": title_of(activity)}
