"""The ends of a journey: before its time for a coded reason, or complete."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.planning.domain.states import EndReason
from journeys.planning.services import complete_journey, end_journey
from journeys.planning.state_labels import END_REASON_LABELS
from journeys.worklist.access import SCHEDULERS, Case, on_journey
from journeys.worklist.forms.journeys import CompleteForm, EndForm
from journeys.worklist.views.changing import Kind, change


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=SCHEDULERS)
def end(request: SignedInRequest, case: Case) -> HttpResponse:
    """End a journey for a coded reason, after a look at everything that stops with it."""
    name = case.patient.full_name
    kind = Kind(
        address=reverse("worklist:journey-end", args=[case.journey.uid]),
        heading=_("End the journey of %(name)s") % {"name": name},
        lead=_(
            "Everything that is still open is cancelled and no message goes out any more. What "
            "has happened stays. This cannot be undone."
        ),
        submit=_("End the journey"),
        is_grave=True,
        use_case=lambda cleaned: partial(
            end_journey,
            journey_uid=case.journey.uid,
            reason=EndReason(cleaned["reason"]),
            on=cleaned["on"],
            note=cleaned["note"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=lambda cleaned: (
            _("The journey ends on %(day)s: %(reason)s.")
            % {
                "day": dates.staff_day(cleaned["on"], today=case.today),
                "reason": END_REASON_LABELS[EndReason(cleaned["reason"])],
            }
        ),
        done=lambda _cleaned: _(
            "The journey has ended. What was open is cancelled, messages stop."
        ),
    )
    return change(request, case, kind, EndForm, initial={"on": case.today} | _asked_for(request))


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=SCHEDULERS)
def complete(request: SignedInRequest, case: Case) -> HttpResponse:
    """Complete a journey whose every activity is settled."""
    kind = Kind(
        address=reverse("worklist:journey-complete", args=[case.journey.uid]),
        heading=_("Complete the journey of %(name)s") % {"name": case.patient.full_name},
        lead=_(
            "A journey is complete when everything in it was recorded or closed. Nothing is "
            "completed by time alone."
        ),
        submit=_("Complete the journey"),
        use_case=lambda cleaned: partial(
            complete_journey,
            journey_uid=case.journey.uid,
            on=cleaned["on"],
            note=cleaned["note"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=lambda cleaned: (
            _("The journey is complete on %(day)s.")
            % {"day": dates.staff_day(cleaned["on"], today=case.today)}
        ),
        done=lambda _cleaned: _("The journey is complete."),
    )
    return change(request, case, kind, CompleteForm, initial={"on": case.today})


def _asked_for(request: SignedInRequest) -> dict[str, str]:
    """Return the reason that a link to this page proposes."""
    because = request.GET.get("because", "")
    return {"reason": because} if because else {}
