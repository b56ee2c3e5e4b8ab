"""Stopping a journey's clock, and letting it run again."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.planning.domain.states import HoldReason
from journeys.planning.services import put_on_hold, resume
from journeys.planning.state_labels import HOLD_REASON_LABELS
from journeys.worklist.access import SCHEDULERS, Case, on_journey
from journeys.worklist.forms.holds import HoldForm, ResumeForm
from journeys.worklist.views.changing import Cleaned, Kind, change


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=SCHEDULERS)
def hold(request: SignedInRequest, case: Case) -> HttpResponse:
    """Put a journey on hold for a coded reason."""

    def sentence(cleaned: Cleaned) -> str:
        said = _("The clock stands from %(day)s: %(reason)s.") % {
            "day": dates.staff_day(cleaned["from_on"], today=case.today),
            "reason": HOLD_REASON_LABELS[HoldReason(cleaned["reason"])],
        }
        if not cleaned["expected_on"]:
            return said
        until = dates.staff_day(cleaned["expected_on"], today=case.today)
        return said + " " + _("It is expected to go on from %(day)s.") % {"day": until}

    kind = Kind(
        address=reverse("worklist:journey-hold", args=[case.journey.uid]),
        heading=_("Put the journey of %(name)s on hold") % {"name": case.patient.full_name},
        lead=_(
            "What is still open on the way to the infusion has no day until the journey goes on. "
            "What happened, and dates that a person fixed, stay."
        ),
        submit=_("Put on hold"),
        use_case=lambda cleaned: partial(
            put_on_hold,
            journey_uid=case.journey.uid,
            reason=HoldReason(cleaned["reason"]),
            from_on=cleaned["from_on"],
            expected_on=cleaned["expected_on"],
            note=cleaned["note"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=sentence,
        done=lambda cleaned: (
            _("The journey is on hold since %(day)s.")
            % {"day": dates.staff_day(cleaned["from_on"], today=case.today)}
        ),
    )
    return change(request, case, kind, HoldForm, initial={"from_on": case.today})


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=SCHEDULERS)
def resume_journey(request: SignedInRequest, case: Case) -> HttpResponse:
    """Let a journey that was on hold go on."""
    live = case.journey.holds.live().first()

    def sentence(cleaned: Cleaned) -> str:
        day = dates.staff_day(cleaned["on"], today=case.today)
        if live is None:
            return _("The journey goes on from %(day)s.") % {"day": day}
        days = (cleaned["on"] - live.from_on).days
        return _("The journey goes on from %(day)s, after %(count)d days on hold.") % {
            "day": day,
            "count": days,
        }

    kind = Kind(
        address=reverse("worklist:journey-resume", args=[case.journey.uid]),
        heading=_("Resume the journey of %(name)s") % {"name": case.patient.full_name},
        lead=_("Every open date is planned anew. The days on hold count for none of them."),
        submit=_("Resume"),
        use_case=lambda cleaned: partial(
            resume,
            journey_uid=case.journey.uid,
            on=cleaned["on"],
            note=cleaned["note"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=sentence,
        done=lambda _cleaned: _("The journey goes on."),
    )
    return change(request, case, kind, ResumeForm, initial={"on": case.today})
