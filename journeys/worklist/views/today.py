"""Today: what needs a hand, what is on now, what comes this week, what did not arrive."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from carttrack.ui.listing import address
from journeys.worklist.access import RECORDERS, SCHEDULERS, Desk, at_desk
from journeys.worklist.selectors.agenda import Agenda, agenda
from journeys.worklist.selectors.attention import Attention, attention
from journeys.worklist.selectors.scope import Scope
from journeys.worklist.selectors.sweeping import sweep_health
from journeys.worklist.selectors.undelivered import waiting

SHOWN_UNDELIVERED = 5


@require_safe
@at_desk
def today(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Show a centre's day; `?owner=me` keeps the journeys the person is accountable for."""
    scope = Scope(
        user=desk.user,
        centre=desk.centre,
        today=desk.today,
        only_own=request.GET.get("owner") == "me",
        shows_all="all" in request.GET,
    )
    needs = attention(scope)
    plan = agenda(scope)
    undelivered = waiting(scope, limit=SHOWN_UNDELIVERED)
    week = [row for day in plan.days for row in day.rows]
    reads.log(
        request,
        [*needs.rows, *plan.today, *week, *undelivered.rows],
        how=ReadHow.LIST,
        centre=desk.centre,
    )
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "attention": needs,
        "agenda": plan,
        "shows_all": scope.shows_all,
        "more_href": address(request.GET, all="1"),
        "undelivered": undelivered,
        "sweep": sweep_health(now=desk.now),
        "tiles": _tiles(needs, plan, undelivered.total),
        "may_schedule": desk.may(SCHEDULERS, desk.centre.pk),
        "may_record": desk.may(RECORDERS, desk.centre.pk),
    }
    is_region = request.htmx and request.htmx.target == "today"
    template = "worklist/partials/_today.html" if is_region else "worklist/today.html"
    return render(request, template, context)


def _tiles(needs: Attention, plan: Agenda, unsent: str) -> list[dict[str, str]]:
    return [
        {
            "number": needs.count,
            "label": _("need a hand"),
            "tone": "bad" if needs.rows else "good",
            "href": "#attention",
        },
        {"number": plan.today_count, "label": _("today"), "href": "#by-hour"},
        {"number": plan.week_count, "label": _("in the next 6 days"), "href": "#this-week"},
        {
            "number": unsent,
            "label": _("reminders undelivered"),
            "tone": "warn" if unsent != "0" else "",
            "href": "#undelivered",
        },
    ]
