"""Taking the last change of a plan back."""

from functools import partial

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from journeys.planning.services import last_undoable, undo_last
from journeys.worklist.access import RECORDERS, Case, on_journey
from journeys.worklist.forms.care import UndoForm
from journeys.worklist.selectors.journeys import may_undo, revision_line
from journeys.worklist.views.changing import Kind, change


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=RECORDERS)
def undo(request: SignedInRequest, case: Case) -> HttpResponse:
    """Take the last change back; `?number=` names the revision that is meant.

    Clinicians take back what they may do themselves; dates and bookings are the coordinators'.
    """
    last = last_undoable(case.journey)
    if last and not may_undo(last.kind, may_schedule=case.may_schedule):
        raise Http404
    line = revision_line(last) if last else None
    what = ": ".join(filter(None, (line.title, line.about))) if line else ""
    kind = Kind(
        address=reverse("worklist:journey-undo", args=[case.journey.uid]),
        heading=_("Undo the last change"),
        lead=_("Only the last change can be taken back, as long as nothing came after it."),
        submit=_("Undo it"),
        method="get",
        anchor=f"activity-{last.activity.uid}" if last and last.activity else "",
        use_case=lambda cleaned: partial(
            undo_last,
            journey_uid=case.journey.uid,
            number=cleaned["number"],
            note=cleaned.get("note", ""),
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=lambda _cleaned: _("This takes back “%(what)s”.") % {"what": what},
        done=lambda _cleaned: _("“%(what)s” is taken back.") % {"what": what},
    )
    return change(request, case, kind, UndoForm, initial={"number": last.number if last else 0})
