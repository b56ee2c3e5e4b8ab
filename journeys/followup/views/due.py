"""The list of visits that are due."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.models import Centre
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from carttrack.ui import listing
from journeys.followup.access import at_centres
from journeys.followup.selectors.due import (
    COUNT_CAP,
    Cursor,
    Due,
    DuePage,
    due_counts,
    due_visits,
)
from journeys.followup.selectors.recorded import recently_recorded
from journeys.planning.workspace import centre_today


@require_safe
@at_centres
def due(request: SignedInRequest, centres: list[Centre]) -> HttpResponse:
    """Show which visits are due at the person's centres."""
    today = centre_today(centres[0], now=timezone.now())
    page = due_visits(
        request.user,
        centres=centres,
        today=today,
        due=_chosen(request),
        search=request.GET.get("q", ""),
        clinician=request.user if request.GET.get("whose") == "mine" else None,
        after=_cursor(request.GET.get("after", "")),
    )
    recent = recently_recorded(request.user, centres=centres)
    counts = due_counts(request.user, centres=centres, today=today)
    how = ReadHow.SEARCH if request.GET.get("q") else ReadHow.LIST
    reads.log(
        request, [*(row.patient for row in page.rows), *(row.patient for row in recent)], how=how
    )
    return render(
        request,
        "followup/due.html",
        {
            "page": page,
            "next": _next(request, page),
            "recent": recent,
            "counts": {key.value: _capped(count) for key, count in counts.items()},
            "is_filtered": any(request.GET.get(key) for key in ("q", "due", "whose")),
            "centre": centres[0],
            "today": today,
        },
    )


def _chosen(request: SignedInRequest) -> Due | None:
    asked = request.GET.get("due", "")
    return Due(asked) if asked in set(Due) else None


def _capped(count: int) -> str:
    return f"{COUNT_CAP}+" if count >= COUNT_CAP else str(count)


def _cursor(text: str) -> Cursor | None:
    """Read where the page begins; what is not ours begins at the beginning."""
    day, _dot, pk = text.partition(".")
    try:
        return Cursor(closes_on=date.fromisoformat(day), pk=int(pk))
    except ValueError:
        return None


def _next(request: SignedInRequest, page: DuePage) -> str | None:
    if page.after is None:
        return None
    return listing.address(request.GET, after=f"{page.after.closes_on}.{page.after.pk}")
