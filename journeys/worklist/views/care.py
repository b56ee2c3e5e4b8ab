"""Visits that no protocol asks for, and the follow-up that a patient has."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.planning.selectors.wording import words
from journeys.planning.services import add_unscheduled, choose_track
from journeys.planning.workspace import protocol_of
from journeys.worklist.access import SCHEDULERS, Case, on_journey
from journeys.worklist.forms.care import TrackForm, UnscheduledForm
from journeys.worklist.views.changing import Cleaned, Kind, change


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=SCHEDULERS)
def add_visit(request: SignedInRequest, case: Case) -> HttpResponse:
    """Add a visit between the scheduled ones; no other date counts from it."""

    def said(cleaned: Cleaned) -> dict[str, str]:
        day = dates.staff_day(cleaned["on"], today=case.today)
        return {"title": cleaned["title"], "day": day}

    kind = Kind(
        address=reverse("worklist:journey-visit", args=[case.journey.uid]),
        heading=_("Add a visit for %(name)s") % {"name": case.patient.full_name},
        lead=_("No other date counts from it, so nothing else moves."),
        submit=_("Add the visit"),
        use_case=lambda cleaned: partial(
            add_unscheduled,
            journey_uid=case.journey.uid,
            uid=cleaned["key"],
            title=cleaned["title"],
            on=cleaned["on"],
            note=cleaned["note"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=lambda cleaned: _("“%(title)s” is added on %(day)s.") % said(cleaned),
        done=lambda cleaned: _("“%(title)s” is added on %(day)s.") % said(cleaned),
    )
    return change(request, case, kind, UnscheduledForm, initial={"on": case.today})


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=SCHEDULERS)
def choose_follow_up(request: SignedInRequest, case: Case) -> HttpResponse:
    """Choose how a patient is followed up, among what the protocol offers."""
    protocol = protocol_of(case.journey.protocol_version)
    tracks = [(track.code, words(track.title)) for track in protocol.tracks]
    kind = Kind(
        address=reverse("worklist:journey-track", args=[case.journey.uid]),
        heading=_("Follow-up of %(name)s") % {"name": case.patient.full_name},
        lead=_(
            "What the chosen follow-up does not ask for leaves the plan; what it asks is added."
        ),
        submit=_("Follow up like this"),
        use_case=lambda cleaned: partial(
            choose_track,
            journey_uid=case.journey.uid,
            track=cleaned["track"],
            reason=cleaned["reason"],
            note=cleaned["note"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=lambda cleaned: (
            _("The patient is followed up like this: %(track)s.")
            % {"track": dict(tracks)[cleaned["track"]]}
        ),
        done=lambda cleaned: (
            _("The follow-up is now: %(track)s.") % {"track": dict(tracks)[cleaned["track"]]}
        ),
    )
    current = case.journey.track or (tracks[0][0] if tracks else "")
    make = partial(TrackForm, tracks=tracks)
    return change(request, case, kind, make, initial={"track": current})
