"""What a patient chose about their messages, as staff keep it for them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from journeys.patients.models import Patient
from journeys.planning.services import choose_preferences, known_recipient
from journeys.worklist.access import RECORDERS, Desk, on_patient
from notifications.forms import PreferencesForm
from notifications.selectors.preferences import offered_channels, ways_of


@require_http_methods(["GET", "HEAD", "POST"])
@on_patient
def preferences(request: SignedInRequest, desk: Desk, patient: Patient) -> HttpResponse:
    """Show how a patient is reached, and keep what they asked for on the telephone."""
    caring = patient.care_relations.current().values_list("centre_id", flat=True)
    if patient.died_on or not any(desk.may(RECORDERS, centre_id) for centre_id in caring):
        raise Http404
    recipient = known_recipient(patient)
    form = PreferencesForm(request.POST or None, recipient=recipient, channels=offered_channels())
    if request.method == "POST" and form.is_valid():
        choose_preferences(
            patient=patient,
            language=form.cleaned_data["language"],
            chosen=form.chosen,
            by=desk.user,
            now=desk.now,
        )
        messages.success(request, _("The choices are saved; what is still to be sent follows."))
        return redirect("worklist:patient", patient_uid=patient.uid)
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "patient": patient,
        "form": form,
        "ways": ways_of(recipient),
    }
    status = 422 if form.errors else 200
    return render(request, "worklist/patient_preferences.html", context, status=status)
