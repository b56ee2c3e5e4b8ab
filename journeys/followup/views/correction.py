"""The page on which a clinician corrects the record of a visit."""

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from journeys.followup.access import RECORDERS, clinicians_of, on_visit
from journeys.followup.forms import CorrectionForm, initial_of
from journeys.followup.models import Visit
from journeys.followup.selectors.visits import visit_head
from journeys.followup.services import StaleVersion, correct_visit
from journeys.planning.services import Refusal
from journeys.planning.workspace import centre_today


@require_http_methods(["GET", "HEAD", "POST"])
@on_visit(roles=RECORDERS)
def correct(request: SignedInRequest, visit: Visit) -> HttpResponse:
    """Add a corrected record; a bad form comes back as 422 with everything that was typed."""
    now = timezone.now()
    today = centre_today(visit.activity.centre, now=now)
    if request.method != "POST" and Visit.objects.filter(corrects=visit).exists():
        messages.info(request, StaleVersion().sentence)
        return redirect("followup:visit", visit.uid)
    form = CorrectionForm(
        request.POST or None,
        activity=visit.activity,
        clinicians=clinicians_of(visit.activity.journey.patient, seen_by=visit.seen_by),
        today=today,
        hints={},
        initial=initial_of(visit),
    )
    if request.method == "POST" and form.is_valid():
        answer = _save(request, visit, form, today=today, now=now)
        if answer:
            return answer
    context = {
        "form": form,
        "head": visit_head(visit.activity),
        "visit_uid": visit.uid,
        "today": today,
        "centre": visit.activity.centre,
    }
    return render(request, "followup/correct.html", context, status=422 if form.errors else 200)


def _save(
    request: SignedInRequest, visit: Visit, form: CorrectionForm, *, today: date, now: datetime
) -> HttpResponse | None:
    """Correct and lead to the new record; a refusal becomes an error of the form."""
    data = form.cleaned_data
    try:
        corrected = correct_visit(
            visit_uid=visit.uid,
            version=data["version"],
            mode=data["mode"],
            seen_by=data["seen_by"],
            findings=form.findings(),
            reason=data["reason"],
            by=request.user,
            today=today,
            now=now,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return None
    messages.success(request, _("The record is corrected. The earlier one is kept beside it."))
    return redirect("followup:visit", corrected.uid)
