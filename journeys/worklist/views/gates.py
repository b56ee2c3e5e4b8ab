"""Settling what must be in place before a stage is completed, and what a centre went on without."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.planning.models import GateCheck
from journeys.planning.services import (
    Refusal,
    check_gate_item,
    override_gate_item,
    withdraw_gate_check,
)
from journeys.worklist.access import RECORDERS, Case, Desk, at_desk, on_journey
from journeys.worklist.forms.gates import CheckForm, OverrideForm, TakeBackForm
from journeys.worklist.selectors.gates import GateLine, gate_line, overrides
from journeys.worklist.views.changing import status_of
from journeys.worklist.views.pages import page_context

THEN = "then"  # in the address: the activity whose record waited for this


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=RECORDERS)
def check(request: SignedInRequest, case: Case, stage: str, item: str) -> HttpResponse:
    """Say that something is in place, and what shows it."""
    line = _line(case, stage, item)
    return _settle(
        request,
        case,
        line,
        CheckForm,
        heading=_("Check: %(title)s") % {"title": line.title},
        submit=_("It is in place"),
        use_case=partial(check_gate_item, journey_uid=case.journey.uid, stage=stage, item=item),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=RECORDERS)
def override(request: SignedInRequest, case: Case, stage: str, item: str) -> HttpResponse:
    """Go on without something, for a reason, where one's role may."""
    line = _line(case, stage, item)
    return _settle(
        request,
        case,
        line,
        OverrideForm,
        heading=_("Go on without: %(title)s") % {"title": line.title},
        submit=_("Go on without it"),
        use_case=partial(override_gate_item, journey_uid=case.journey.uid, stage=stage, item=item),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=RECORDERS)
def take_back(request: SignedInRequest, case: Case, check_uid: UUID) -> HttpResponse:
    """Take a check or an override back; the row stays."""
    made = GateCheck.objects.filter(cycle__journey=case.journey)
    held = get_object_or_404(made if request.method == "POST" else made.live(), uid=check_uid)
    if held.withdrawn_at:
        messages.info(request, _("This was taken back already."))
        return redirect("worklist:journey", journey_uid=case.journey.uid)
    line = _line(case, held.stage_code, held.item)
    return _settle(
        request,
        case,
        line,
        TakeBackForm,
        heading=_("Take back: %(title)s") % {"title": line.title},
        submit=_("Take it back"),
        use_case=partial(withdraw_gate_check, check_uid=check_uid),
    )


@require_safe
@at_desk
def gate_overrides(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """List what the centre went on without, newest first."""
    found = overrides(desk.user, desk.centre, page=request.GET.get("page", "1"))
    reads.log(request, found.rows, how=ReadHow.LIST, centre=desk.centre)
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "rows": found.rows,
        "page": found.page,
    }
    return render(request, "worklist/gate_overrides.html", context)


def _line(case: Case, stage: str, item: str) -> GateLine:
    roles = case.desk.roles.get(case.centre.pk, frozenset())
    try:
        return gate_line(case.journey, stage, item, roles=roles)
    except LookupError as error:
        raise Http404 from error


def _settle(
    request: SignedInRequest,
    case: Case,
    line: GateLine,
    form_class: type[forms.Form],
    *,
    heading: str,
    submit: str,
    use_case: Callable[..., GateCheck],
) -> HttpResponse:
    """Show the form, or settle the item with what it says; a refusal stands in the form."""
    form = form_class(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            use_case(**form.cleaned_data, by=case.user, now=case.now)
        except Refusal as refusal:
            refused = refusal
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(heading)s. Saved.") % {"heading": heading})
            return redirect(_way_back(request, case, line))
    context = page_context(case) | {
        "heading": heading,
        "submit": submit,
        "line": line,
        "form": form,
        "back": _way_back(request, case, line),
    }
    return render(request, "worklist/gate_form.html", context, status=status_of(form, refused))


def _way_back(request: SignedInRequest, case: Case, line: GateLine) -> str:
    """Return the record that waited, when an activity of the journey is named, or the gate."""
    then = request.GET.get(THEN, "")
    if then and then in {str(uid) for uid in case.journey.activities.values_list("uid", flat=True)}:
        return reverse("worklist:record", args=[then])
    return f"{reverse('worklist:journey', args=[case.journey.uid])}#gate-{line.stage}"
