"""Today: what needs a hand, what is on now, what comes this week, what did not arrive."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from carttrack.ui.listing import address
from journeys.worklist.access import RECORDERS, SCHEDULERS, Desk, at_desk
from journeys.worklist.selectors.day import Day, day
from journeys.worklist.selectors.scope import Scope


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
    found = day(scope, now=desk.now)
    week = [row for coming in found.agenda.days for row in coming.rows]
    told = [line.subject for line in found.alerts if line.subject]
    unsent = [row.subject for row in found.undelivered.rows]
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "attention": found.attention,
        "agenda": found.agenda,
        "shows_all": scope.shows_all,
        "more_href": address(request.GET, all="1"),
        "undelivered": found.undelivered,
        "sweep": found.sweep,
        "alerts": found.alerts,
        "dead_addresses": found.dead_addresses,
        "tiles": _tiles(found),
        "may_schedule": desk.may(SCHEDULERS, desk.centre.pk),
        "may_record": desk.may(RECORDERS, desk.centre.pk),
    }
    is_region = request.htmx and request.htmx.target == "today"
    template = "worklist/partials/_today.html" if is_region else "worklist/today.html"
    return reads.drawn(
        request,
        [*found.attention.rows, *found.agenda.today, *week, *unsent, *told],
        TemplateResponse(request, template, context),
        how=ReadHow.LIST,
        centre=desk.centre,
    )


def _tiles(found: Day) -> list[dict[str, str]]:
    needs, plan, unsent = found.attention, found.agenda, found.undelivered.total
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
