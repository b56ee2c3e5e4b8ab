"""Another cycle: the change itself, its rehearsal, and the decision about a product."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.planning.domain.states import CycleReason, JourneyStatus
from journeys.planning.selectors.timeline import timeline_of
from journeys.planning.services import (
    Refusal,
    accept_out_of_specification,
    propose,
    start_cycle,
)
from journeys.planning.state_labels import CYCLE_REASON_LABELS
from journeys.planning.workspace import protocol_of
from journeys.worklist.access import RECORDERS, SCHEDULERS, Case, on_journey
from journeys.worklist.forms.cycles import AcceptForm, CycleForm
from journeys.worklist.selectors.choices import newest_versions
from journeys.worklist.selectors.cycles import (
    collection_of,
    may_rehearse,
    plan_b_of,
    stages_to_begin_with,
)
from journeys.worklist.views.changing import Cleaned, Kind, change, status_of
from journeys.worklist.views.pages import page_context


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=SCHEDULERS)
def begin_cycle(request: SignedInRequest, case: Case) -> HttpResponse:
    """Begin another cycle; an address that names reason, stage and day begins with the preview."""
    protocol = protocol_of(case.journey.protocol_version)
    stages = stages_to_begin_with(protocol)

    def sentence(cleaned: Cleaned) -> str:
        return _("A new cycle begins with %(stage)s: %(reason)s. The cycle before is kept.") % {
            "stage": dict(stages).get(cleaned["from_stage"], cleaned["from_stage"]),
            "reason": CYCLE_REASON_LABELS[CycleReason(cleaned["reason"])],
        }

    kind = Kind(
        address=reverse("worklist:journey-cycle", args=[case.journey.uid]),
        heading=_("Begin a new cycle for %(name)s") % {"name": case.patient.full_name},
        lead=_(
            "What the cycle before still had open is cancelled. The new one gets a chain of "
            "identity of its own."
        ),
        submit=_("Begin the cycle"),
        use_case=partial(_new_cycle, case),
        sentence=sentence,
        done=lambda cleaned: (
            _("A new cycle has begun, counted from %(day)s.")
            % {"day": dates.staff_day(cleaned["on"], today=case.today)}
        ),
    )
    versions = newest_versions(case.centre).exclude(pk=case.journey.protocol_version_id)
    collection = collection_of(protocol)
    initial: dict[str, Any] = {"on": case.today}
    if collection:
        initial["from_stage"] = protocol.activity(collection).stage
    make = partial(CycleForm, stages=stages, versions=versions)
    return change(request, case, kind, make, initial=initial | _because(request))


@require_safe
@on_journey(roles=SCHEDULERS)
def plan_b(request: SignedInRequest, case: Case) -> HttpResponse:
    """Rehearse what would come if the product failed today; nothing is written."""
    shown = timeline_of(case.journey, today=case.today)
    if case.journey.status != JourneyStatus.ACTIVE or not may_rehearse(shown):
        raise Http404
    protocol = protocol_of(case.journey.protocol_version)
    asked = {
        "reason": CycleReason.MANUFACTURING_FAILURE.value,
        "from_stage": protocol.activity(collection_of(protocol)).stage,
        "on": case.today,
    }
    context: dict[str, Any] = page_context(case) | {"asked": asked}
    try:
        proposal = propose(_new_cycle(case, asked))
    except Refusal as refusal:
        context["refusal"] = refusal.sentence
    else:
        context["plan_b"] = plan_b_of(proposal, shown)
    name = "partials/_plan_b.html" if request.htmx else "plan_b.html"
    return render(request, f"worklist/{name}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=RECORDERS)
def out_of_specification(request: SignedInRequest, case: Case) -> HttpResponse:
    """Decide about a product out of specification: go on, begin again, or end."""
    form = AcceptForm(request.POST or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            accept_out_of_specification(
                journey_uid=case.journey.uid,
                reason=form.cleaned_data["reason"],
                by=case.user,
                now=case.now,
            )
        except Refusal as refusal:
            refused = refusal
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The product is accepted; the reason is kept."))
            return redirect("worklist:journey", journey_uid=case.journey.uid)
    context = page_context(case) | {
        "form": form,
        "reason": CycleReason.OUT_OF_SPECIFICATION.value,
    }
    return render(
        request, "worklist/out_of_specification.html", context, status=status_of(form, refused)
    )


def _new_cycle(case: Case, cleaned: Cleaned) -> Any:
    return partial(
        start_cycle,
        journey_uid=case.journey.uid,
        reason=CycleReason(cleaned["reason"]),
        from_stage=cleaned["from_stage"],
        on=cleaned["on"],
        version=cleaned.get("version"),
        note=cleaned.get("note", ""),
        by=case.user,
        today=case.today,
        now=case.now,
    )


def _because(request: SignedInRequest) -> dict[str, str]:
    """Return the reason that a link to the form proposes."""
    because = request.GET.get("because", "")
    return {"reason": because} if because else {}
