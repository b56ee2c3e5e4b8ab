"""What a patient says on the telephone about a booked time."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from journeys.planning.models import Activity
from journeys.planning.services import Refusal, answer_appointment
from journeys.worklist.access import RECORDERS, Desk, at_desk
from notifications.domain.answers import Said, Source


@require_POST
@at_desk
def confirmed(request: SignedInRequest, desk: Desk, appointment_uid: UUID) -> HttpResponse:
    """Keep that the patient confirmed an appointment when staff called."""
    activity = (
        Activity.objects.visible_to(desk.user)
        .select_related("journey__patient")
        .filter(appointments__uid=appointment_uid)
        .first()
    )
    if activity is None or not desk.may(RECORDERS, activity.centre_id):
        raise Http404
    patient, goes_to = activity.journey.patient, _back(request)
    try:
        _answer, is_new = answer_appointment(
            appointment_uid=appointment_uid,
            said=Said.CONFIRMED,
            source=Source.STAFF,
            by=desk.user,
            now=desk.now,
        )
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        said = _("Kept: %(name)s comes.") if is_new else _("%(name)s had confirmed already.")
        messages.success(request, said % {"name": patient.full_name})
    reads.log(request, [patient], centre=desk.centre)
    return redirect(goes_to)


def _back(request: SignedInRequest) -> str:
    """Return the page that the button was pressed on."""
    asked = request.POST.get("next", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else reverse("worklist:today")
