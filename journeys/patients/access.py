"""The only way a view gets hold of a patient."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from carttrack.accounts.access import SignedInRequest, to_sign_in
from carttrack.accounts.models import User
from journeys.patients.models import Patient

Parameters = ParamSpec("Parameters")


def patient_for(user: User | AnonymousUser, uid: UUID) -> Patient:
    """Return a patient the person may see; what they may not see looks like what is not there.

    Raises:
        Http404: there is no such patient for this person.
    """
    patient = Patient.objects.visible_to(user).filter(uid=uid).first()
    if patient is None:
        raise Http404
    return patient


class PatientRequest(SignedInRequest):
    """A request of a patient for what is their own."""

    patient: Patient


def require_patient(
    view: Callable[Concatenate[PatientRequest, Parameters], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]:
    """Open a view to patients only, with themselves as `request.patient`; to others it is 404."""

    @wraps(view)
    def checked(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        patient = Patient.objects.filter(user=request.user, user__is_active=True).first()
        if patient is None:
            raise Http404
        patient_request = cast("PatientRequest", request)
        patient_request.patient = patient
        return view(patient_request, *args, **kwargs)

    return checked
