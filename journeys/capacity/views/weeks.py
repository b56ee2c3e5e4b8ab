"""The weeks of a page's address, and the tabs of capacity's pages."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import listing
from journeys.capacity.access import CARE, Place

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 1, 1)
WEEK = timedelta(days=7)


def monday_asked(request: SignedInRequest, *, today: date) -> date:
    """Return the Monday of the week that `?from=` names, of this week when it names none."""
    try:
        asked = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        asked = today
    asked = asked if FIRST_DAY <= asked <= LAST_DAY else today
    return asked - timedelta(days=asked.weekday())


def week_links(request: SignedInRequest, monday: date, *, weeks: int) -> dict[str, str]:
    """Return the addresses of the weeks before and after, and of this one."""
    step = WEEK * weeks
    return {
        "before": listing.address(request.GET, **{"from": monday - step}),
        "after": listing.address(request.GET, **{"from": monday + step}),
        "now": listing.address(request.GET, **{"from": None}),
    }


def tabs(place: Place, current: str) -> list[dict[str, object]]:
    """Return capacity's pages that the person may open."""
    pages = [("capacity:calendar", _("Calendar"), True)]
    pages.append(("capacity:slots", _("Manufacturer's slots"), place.may(CARE)))
    pages.append(("capacity:units", _("Units"), place.may_keep))
    pages.append(("capacity:overbookings", _("Overbookings"), True))
    return [
        {"href": reverse(route), "label": label, "current": route == f"capacity:{current}"}
        for route, label, is_open in pages
        if is_open
    ]
