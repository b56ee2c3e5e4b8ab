"""Today: what needs a hand, what is on now, what comes this week, what did not arrive."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.worklist.access import RECORDERS, SCHEDULERS, Desk, at_desk
from journeys.worklist.selectors.agenda import Agenda, agenda
from journeys.worklist.selectors.attention import Attention, attention
from journeys.worklist.selectors.scope import Scope
from journeys.worklist.selectors.sweeping import sweep_health
from journeys.worklist.selectors.undelivered import undelivered_rows, undelivered_total

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
    )
    needs = attention(scope)
    plan = agenda(scope)
    waiting = undelivered_rows(desk.user, [desk.centre], limit=SHOWN_UNDELIVERED, is_brief=True)
    waiting_total = undelivered_total([desk.centre])
    week = [row for day in plan.days for row in day.rows]
    reads.log(
        request,
        [*needs.rows, *plan.today, *week, *waiting],
        how=ReadHow.LIST,
        centre=desk.centre,
    )
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "attention": needs,
        "agenda": plan,
        "undelivered": waiting,
        "undelivered_total": waiting_total,
        "sweep": sweep_health(now=desk.now),
        "tiles": _tiles(needs, plan, waiting_total),
        "may_schedule": desk.may(SCHEDULERS, desk.centre.pk),
        "may_record": desk.may(RECORDERS, desk.centre.pk),
    }
    is_region = request.htmx and request.htmx.target == "today"
    template = "worklist/partials/_today.html" if is_region else "worklist/today.html"
    return render(request, template, context)


def _tiles(needs: Attention, plan: Agenda, waiting: str) -> list[dict[str, str]]:
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
            "number": waiting,
            "label": _("reminders undelivered"),
            "tone": "warn" if waiting != "0" else "",
            "href": "#undelivered",
        },
    ]
