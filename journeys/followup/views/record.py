"""The page on which a clinician records a visit."""

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from journeys.followup.access import clinicians_of, on_planned_visit
from journeys.followup.forms import VisitForm
from journeys.followup.models import Visit
from journeys.followup.selectors.visits import hints, visit_head
from journeys.followup.services import AlreadyRecorded, record_visit
from journeys.planning.models import Activity
from journeys.planning.services import Refusal
from journeys.planning.workspace import centre_today


@require_http_methods(["GET", "HEAD", "POST"])
@on_planned_visit
def record(request: SignedInRequest, activity: Activity) -> HttpResponse:
    """Record the visit; a bad form comes back as 422 with everything that was typed."""
    now = timezone.now()
    today = centre_today(activity.centre, now=now)
    existing = Visit.objects.current().filter(activity=activity).first()
    if existing:
        messages.info(request, AlreadyRecorded().sentence)
        return redirect("followup:visit", existing.uid)
    form = VisitForm(
        request.POST or None,
        activity=activity,
        clinicians=clinicians_of(activity.journey.patient),
        today=today,
        hints=hints(activity, today=today),
        initial={"seen_on": activity.happened_on or today, "seen_by": request.user},
    )
    if request.method == "POST" and form.is_valid():
        answer = _save(request, activity, form, today=today, now=now)
        if answer:
            return answer
    head = visit_head(activity)
    context = {"form": form, "head": head, "today": today, "centre": activity.centre}
    return render(request, "followup/record.html", context, status=422 if form.errors else 200)


def _save(
    request: SignedInRequest, activity: Activity, form: VisitForm, *, today: date, now: datetime
) -> HttpResponse | None:
    """Record and lead to the record; a refusal becomes an error of the form."""
    data = form.cleaned_data
    try:
        visit = record_visit(
            activity_uid=activity.uid,
            seen_on=data["seen_on"],
            mode=data["mode"],
            seen_by=data["seen_by"],
            findings=form.findings(),
            timing_reason=data["timing_reason"],
            by=request.user,
            today=today,
            now=now,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return None
    messages.success(request, _("The visit is recorded. The plan counts from it."))
    return redirect("followup:visit", visit.uid)
