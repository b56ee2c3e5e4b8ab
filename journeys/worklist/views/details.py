"""What the timeline tells on demand: many alike one by one, why a day is, and what can be done."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.domain import CLINICAL_ROLES
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity
from journeys.planning.selectors.timeline import timeline_of
from journeys.planning.selectors.why import why
from journeys.planning.selectors.wording import title_of
from journeys.worklist.access import RECORDERS, Case, on_activity, on_journey
from journeys.worklist.selectors.folding import FoldedStage
from journeys.worklist.selectors.holds import hold_notes, pauses_of
from journeys.worklist.views.pages import page_context
from journeys.worklist.views.whole import stage_parts

FROM = "from"  # in the address: the first of many alike, which are asked for alone


@require_safe
@on_journey()
def stage(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """Show a stage: with htmx as it stands in the timeline, as a page with every date by itself.

    `?from=` asks for the run of many alike that begins with an activity.
    """
    shown = timeline_of(case.journey, today=case.today)
    pauses = pauses_of(hold_notes(shown.holds, today=case.today), today=case.today)
    parts = stage_parts(
        case, shown, pauses, today=case.today, is_now=True, loads_later=False, only=code
    )
    if not parts:
        raise Http404
    folded: FoldedStage = parts[0]["folded"]
    first = request.GET.get(FROM)
    run = next((each.rows for each in folded.runs if str(each.first.uid) == first), ())
    context = page_context(case) | {
        "folded": folded,
        "gate": parts[0]["gate"],
        "rows": run or folded.stage.rows,
        "is_active": case.journey.status == JourneyStatus.ACTIVE,
        "loads_later": True,
    }
    partial = f"worklist/partials/{'_stage_rows' if run else '_stage_body'}.html"
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
