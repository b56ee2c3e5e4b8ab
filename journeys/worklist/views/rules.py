"""The label rules in force, and planning chosen journeys anew under them."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.planning.models import Journey
from journeys.planning.selectors.previews import preview_of
from journeys.planning.services import Refusal, StalePreview, apply_rules, commit, propose
from journeys.planning.services.proposing import UseCase
from journeys.planning.workspace import centre_today
from journeys.worklist.access import SCHEDULERS, Desk, at_desk
from journeys.worklist.forms.rules import RulesForm
from journeys.worklist.selectors.rules import (
    AffectedRow,
    RulePreview,
    affected_rows,
    chosen_rows,
    journeys_at,
    rule_lines,
)

NOTHING_LEFT = _("Its plan has changed since you looked, and follows the rules already.")
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
    form = RulesForm(request.POST, offered=journeys_at(desk.user, desk.centre))
    if not form.is_valid():
        rows = affected_rows(desk.user, desk.centre, now=desk.now)
        context: dict[str, Any] = {"rows": rows, "form": form}
        return _page(request, desk, context, shown=rows, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    tells = form.cleaned_data["tell_patient"]
    journeys = {journey.uid: journey for journey in form.cleaned_data["journeys"]}
    chosen = chosen_rows(desk.user, desk.centre, tuple(journeys.values()), now=desk.now)
    is_commit = "commit" in request.POST
    step = partial(_apply, request.POST) if is_commit else _look
    found = [
        step(row, journeys[row.journey_uid], _use_case(desk, row, tells=tells))
        if row.changes
        else RulePreview(row=row, refusal=str(NOTHING_LEFT))
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


def _look(row: AffectedRow, journey: Journey, use_case: UseCase) -> RulePreview:
    try:
        return RulePreview(row=row, preview=preview_of(propose(use_case), journey))
    except Refusal as refusal:
        return RulePreview(row=row, refusal=refusal.sentence)


def _apply(
    tokens: Mapping[str, str], row: AffectedRow, journey: Journey, use_case: UseCase
) -> RulePreview:
    """Apply the rules to one journey as it was previewed; the others do not depend on it."""
    try:
        commit(use_case, token=tokens.get(f"token-{row.journey_uid}", ""))
    except StalePreview as stale:
        fresh = preview_of(stale.proposal, journey)
        return RulePreview(row=row, preview=fresh, refusal=stale.sentence)
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
