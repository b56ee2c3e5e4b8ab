"""What the timeline tells on demand: many alike one by one, why a day is, and what can be done."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.domain import CLINICAL_ROLES
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity
from journeys.planning.selectors.timeline import timeline_of, title_of
from journeys.planning.selectors.why import why
from journeys.worklist.access import RECORDERS, Case, on_activity, on_journey
from journeys.worklist.selectors.folding import folded
from journeys.worklist.selectors.holds import hold_notes, pauses_of
from journeys.worklist.views.pages import page_context

FROM = "from"  # in the address: the first of many alike, which are asked for alone


@require_safe
@on_journey()
def stage(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """Show every date of a stage, or the run of many alike that begins with `?from=`."""
    shown = timeline_of(case.journey, today=case.today)
    pauses = pauses_of(hold_notes(shown.holds, today=case.today), today=case.today)
    spans = [(pause.start, pause.until) for pause in pauses]
    parts = folded(shown.stages, today=case.today, pauses=spans)
    part = next((each for each in parts if each.stage.code == code), None)
    if part is None:
        raise Http404
    first = request.GET.get(FROM)
    run = next((each.rows for each in part.runs if str(each.first.uid) == first), ())
    context = page_context(case) | {
        "folded": part,
        "rows": run or part.stage.rows,
        "is_active": case.journey.status == JourneyStatus.ACTIVE,
    }
    partial = "worklist/partials/_stage_rows.html"
    return render(request, partial if request.htmx else "worklist/stage.html", context)


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
