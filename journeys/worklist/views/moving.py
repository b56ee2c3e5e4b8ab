"""Moving a date: choose a day, look at the whole cascade, commit exactly that."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.planning.domain.states import MoveReason
from journeys.planning.models import Activity
from journeys.planning.selectors.timeline import title_of
from journeys.planning.services import Proposal, Refusal, StalePreview, commit, move, propose
from journeys.planning.services.proposing import UseCase
from journeys.worklist.access import SCHEDULERS, Case, on_activity
from journeys.worklist.forms import CommitMoveForm, MoveForm
from journeys.worklist.selectors.previews import preview_of
from journeys.worklist.views.activities import sentence_of, to_journey
from journeys.worklist.views.journeys import page_context


@require_http_methods(["GET", "HEAD", "POST"])
@on_activity(roles=SCHEDULERS)
def move_activity(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    """Ask for a day; with `?to_on=` show the preview; by POST commit what was previewed.

    A preview writes nothing, so it has an address of its own and can be loaded again.
    """
    if request.method == "POST":
        return _commit(request, case, activity)
    if "to_on" not in request.GET:
        form = MoveForm(initial={"to_on": activity.chosen_on or activity.target_on})
        return _ask(request, case, activity, form)
    form = MoveForm(request.GET)
    if form.is_valid():
        try:
            proposal = propose(_move(case, activity, form.cleaned_data))
        except Refusal as refusal:
            form.add_error("to_on", refusal.sentence)
        else:
            return _preview(request, case, activity, proposal, _commit_form(proposal))
    return _ask(request, case, activity, form)


def _commit(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    form = CommitMoveForm(request.POST)
    if "to_on" in form.errors or "token" in form.errors:
        return _ask(request, case, activity, MoveForm(request.POST))
    use_case = _move(case, activity, form.cleaned_data)
    try:
        if not form.is_valid():
            return _preview(request, case, activity, propose(use_case), form)
        outcome = commit(use_case, token=form.cleaned_data["token"])
    except StalePreview as stale:
        fresh = _commit_form(stale.proposal, typed=form.cleaned_data)
        return _preview(request, case, activity, stale.proposal, fresh, stale=stale.sentence)
    except Refusal as refusal:
        asked = MoveForm(request.POST)
        asked.add_error("to_on", refusal.sentence)
        return _ask(request, case, activity, asked)
    said = _("%(title)s moved to %(day)s.") % {
        "title": title_of(activity),
        "day": dates.staff_day(form.cleaned_data["to_on"], today=case.today),
    }
    messages.success(request, " ".join(filter(None, [said, sentence_of(outcome)])))
    return to_journey(request, case, activity)


def _move(case: Case, activity: Activity, cleaned: dict[str, Any]) -> UseCase:
    """Return the move that a form asks for; a preview does not know the reason yet."""
    return partial(
        move,
        activity_uid=activity.uid,
        to_on=cleaned["to_on"],
        reason=cleaned.get("reason") or MoveReason.OTHER,
        note=cleaned.get("note", ""),
        by=case.user,
        today=case.today,
        now=case.now,
    )


def _commit_form(proposal: Proposal, typed: dict[str, str] | None = None) -> CommitMoveForm:
    """Return the form bound to a proposal; what was typed before is kept."""
    kept = {key: (typed or {}).get(key, "") for key in ("reason", "note")}
    return CommitMoveForm(initial={"to_on": proposal.to_on, "token": proposal.token, **kept})


def _ask(request: SignedInRequest, case: Case, activity: Activity, form: MoveForm) -> HttpResponse:
    context = page_context(case) | {
        "activity": activity,
        "title": title_of(activity),
        "form": form,
    }
    return render(request, "worklist/move.html", context, status=422 if form.errors else 200)


def _preview(
    request: SignedInRequest,
    case: Case,
    activity: Activity,
    proposal: Proposal,
    form: CommitMoveForm,
    *,
    stale: str = "",
) -> HttpResponse:
    context = page_context(case) | {
        "activity": activity,
        "preview": preview_of(proposal, case.journey),
        "form": form,
        "stale": stale,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(
        request,
        "worklist/move_preview.html",
        context,
        status=HTTPStatus.CONFLICT if stale else status,
    )
