"""Today: what needs a hand, what is on now, what comes this week, what did not arrive."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.models import Centre, User
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from carttrack.prepared import Asked, Later
from carttrack.ui.listing import address
from journeys.planning.workspace import centre_today
from journeys.worklist.access import (
    RECORDERS,
    SCHEDULERS,
    Desk,
    at_desk_asking,
    likely_centre,
)
from journeys.worklist.selectors.day import Day, asked_for_day, day, day_from
from journeys.worklist.selectors.scope import Scope

FORESEEN = "day_foreseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The day that was asked for while somebody arrived, at the centre where they sat last."""

    scope: Scope
    now: datetime

    def is_still(self, scope: Scope) -> bool:
        """Tell whether they look at the same day; a centre may have another clock by now."""
        zones = {self.scope.centre.time_zone, scope.centre.time_zone}
        return self.scope == scope and len(zones) == 1


def _asked_at_once(request: HttpRequest, reader: User) -> list[list[Asked]]:
    """Return what the page asks together with the desk, where it is known which that will be."""
    centre = likely_centre(request, reader)
    if centre is None:
        return []
    now = timezone.now()
    scope = _scope(request, reader, centre, today=centre_today(centre, now=now))
    setattr(request, FORESEEN, Foreseen(scope=scope, now=now))
    return asked_for_day(scope, now=now)


def _scope(request: HttpRequest, user: User, centre: Centre, *, today: date) -> Scope:
    return Scope(
        user=user,
        centre=centre,
        today=today,
        only_own=request.GET.get("owner") == "me",
        shows_all="all" in request.GET,
    )


@require_safe
@at_desk_asking(_asked_at_once)
def today(request: SignedInRequest, desk: Desk, later: Later) -> HttpResponse:
    """Show a centre's day; `?owner=me` keeps the journeys the person is accountable for."""
    scope = _scope(request, desk.user, desk.centre, today=desk.today)
    foreseen: Foreseen | None = request.__dict__.pop(FORESEEN, None)
    if foreseen and foreseen.is_still(scope):
        found = day_from(later, scope, now=foreseen.now)
    else:
        later.close()
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
