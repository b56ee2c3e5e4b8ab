"""The label rules in force, and planning chosen journeys anew under them."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.planning.models import Journey
from journeys.planning.services import Refusal, StalePreview, apply_rules, commit, propose
from journeys.planning.services.proposing import UseCase
from journeys.planning.workspace import centre_today
from journeys.worklist.access import SCHEDULERS, Desk, at_desk
from journeys.worklist.forms.rules import RulesForm
from journeys.worklist.selectors.rules import (
    AffectedRow,
    RulePreview,
    affected_rows,
    rule_lines,
    rule_preview,
)

LOOK = "look"  # in the address: look for journeys too, which takes longer than showing the rules


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def rules(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Show the rules; with `?look=` the journeys they would change; by POST preview and apply."""
    if not desk.may(SCHEDULERS, desk.centre.pk):
        raise Http404
    if request.method == "POST":
        return _chosen(request, desk)
    rows = affected_rows(desk.user, desk.centre, now=desk.now) if LOOK in request.GET else None
    return _page(request, desk, {"rows": rows}, shown=rows or ())


def _chosen(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Preview the chosen journeys, or apply the rules to those whose tokens come along."""
    rows = affected_rows(desk.user, desk.centre, now=desk.now)
    form = RulesForm(request.POST, offered=[str(row.journey_uid) for row in rows])
    if not form.is_valid():
        context: dict[str, Any] = {"rows": rows, "form": form}
        return _page(request, desk, context, shown=rows, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = [row for row in rows if str(row.journey_uid) in form.cleaned_data["journeys"]]
    tells = form.cleaned_data["tell_patient"]
    is_commit = "commit" in request.POST
    step = partial(_apply, request) if is_commit else _look
    journeys = Journey.objects.visible_to(desk.user).select_related(
        "patient", "centre", "protocol_version__protocol"
    )
    by_uid = {each.uid: each for each in journeys.filter(uid__in=[r.journey_uid for r in chosen])}
    found = [
        step(desk, row, by_uid[row.journey_uid], _use_case(desk, row, tells=tells))
        for row in chosen
    ]
    has_refusal = is_commit and any(not each.is_done for each in found)
    context = {
        "previews": found,
        "tell_patient": tells,
        "is_result": is_commit,
        "can_apply": any(each.preview for each in found),
    }
    status = HTTPStatus.CONFLICT if has_refusal else HTTPStatus.OK
    return _page(request, desk, context, shown=chosen, status=status)


def _look(_desk: Desk, row: AffectedRow, journey: Journey, use_case: UseCase) -> RulePreview:
    try:
        return rule_preview(row, journey, propose(use_case))
    except Refusal as refusal:
        return RulePreview(row=row, refusal=refusal.sentence)


def _apply(
    request: SignedInRequest, _desk: Desk, row: AffectedRow, journey: Journey, use_case: UseCase
) -> RulePreview:
    """Apply the rules to one journey as it was previewed; the others do not depend on it."""
    try:
        commit(use_case, token=request.POST.get(f"token-{row.journey_uid}", ""))
    except StalePreview as stale:
        fresh = rule_preview(row, journey, stale.proposal)
        return RulePreview(row=row, preview=fresh.preview, refusal=stale.sentence)
    except Refusal as refusal:
        return RulePreview(row=row, refusal=refusal.sentence)
    return RulePreview(row=row, is_done=True)


def _use_case(desk: Desk, row: AffectedRow, *, tells: bool) -> UseCase:
    return partial(
        apply_rules,
        journey_uid=row.journey_uid,
        tell_patient=tells,
        by=desk.user,
        today=centre_today(desk.centre, now=desk.now),
        now=desk.now,
    )


def _page(
    request: SignedInRequest,
    desk: Desk,
    found: dict[str, Any],
    *,
    shown: Any,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    reads.log(request, shown, how=ReadHow.LIST, centre=desk.centre)
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "rules": rule_lines(region=desk.centre.region, today=desk.today),
    }
    return render(request, "worklist/rules.html", context | found, status=status)
