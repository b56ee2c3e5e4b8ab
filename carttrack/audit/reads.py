"""What a view calls to note that the person in front of it saw patients."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from carttrack.audit.domain import ReadHow
from carttrack.audit.services import logging_read


class HasUid(Protocol):
    """Anything that bears a patient's uid: the patient, or a row that stands for one."""

    @property
    def uid(self) -> UUID:
        """The patient's uid."""
        ...


def log(
    request: HttpRequest,
    patients: Iterable[HasUid],
    *,
    how: ReadHow = ReadHow.VIEW,
    centre: Model | None = None,
) -> None:
    """Note that the signed-in person sees these patients on the page of this request.

    Raises:
        TypeError: nobody is signed in; such a page must not show a patient.
    """
    with _logging(request, patients, how=how, centre=centre):
        pass


def drawn(
    request: HttpRequest,
    patients: Iterable[HasUid],
    page: SimpleTemplateResponse,
    *,
    how: ReadHow = ReadHow.VIEW,
    centre: Model | None = None,
) -> HttpResponse:
    """Draw a page of these patients while the database notes that the signed-in person sees them.

    Raises:
        TypeError: nobody is signed in; such a page must not show a patient.
    """
    with _logging(request, patients, how=how, centre=centre):
        return page.render()


def noted(request: HttpRequest, patient: HasUid, response: HttpResponse) -> HttpResponse:
    """Note the read unless the answer shows nobody, as an order to go elsewhere does."""
    shows_nobody = "Location" in response.headers or "HX-Redirect" in response.headers
    if shows_nobody:
        return response
    if isinstance(response, SimpleTemplateResponse):
        return drawn(request, [patient], response)
    log(request, [patient])
    return response


def _logging(
    request: HttpRequest, patients: Iterable[HasUid], *, how: ReadHow, centre: Model | None
) -> AbstractContextManager[None]:
    if not isinstance(request.user, AbstractBaseUser):
        raise TypeError("Nobody is signed in, so nobody may read a patient.")
    match = request.resolver_match
    return logging_read(
        reader=request.user,
        patient_uids=[patient.uid for patient in patients],
        page=match.view_name if match else "",
        how=how,
        now=timezone.now(),
        centre=centre,
    )
