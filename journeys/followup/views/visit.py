"""The page that shows the record of a visit."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.followup.access import may_record, on_visit
from journeys.followup.models import Visit
from journeys.followup.selectors.visits import visit_detail
from journeys.planning.workspace import centre_today


@require_safe
@on_visit()
def visit(request: SignedInRequest, visit: Visit) -> HttpResponse:
    """Show one version of a visit's record, and where the others are."""
    centre = visit.activity.centre
    today = centre_today(centre, now=timezone.now())
    detail = visit_detail(visit, today=today)
    may_correct = detail.latest is None and may_record(request.user, visit.activity.journey.patient)
    context = {"detail": detail, "may_correct": may_correct, "today": today, "centre": centre}
    return render(request, "followup/visit.html", context)
