"""The only way for follow-up's pages to reach a visit; what is not theirs is not there (404)."""

from collections.abc import Callable, Iterable
from functools import wraps
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from carttrack.accounts.access import SignedInRequest, require_sign_in
from carttrack.accounts.domain import CLINICAL_ROLES, Role
from carttrack.accounts.models import Centre, Membership, User
from carttrack.audit import reads
from journeys.followup.models import Visit
from journeys.patients.models import CareRelation, Patient
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.models import Activity

READERS = CLINICAL_ROLES
RECORDERS = frozenset({Role.CLINICIAN})

View = Callable[..., HttpResponse]
Opened = Callable[..., HttpResponseBase]


def at_centres(view: View) -> Opened:
    """Open a view to people with a clinical role, with the centres where they have it."""

    @require_sign_in
    @wraps(view)
    def opened(request: SignedInRequest) -> HttpResponseBase:
        centres = list(Centre.objects.of(request.user, READERS).order_by("name"))
        if not centres:
            raise Http404
        with timezone.override(ZoneInfo(centres[0].time_zone)):
            return view(request, centres)

    return opened


def on_planned_visit(view: View) -> Opened:
    """Open a view with a planned visit, to the patient's clinicians."""

    @require_sign_in
    @wraps(view)
    def opened(request: SignedInRequest, activity_uid: UUID) -> HttpResponseBase:
        activity = (
            Activity.objects.visible_to(request.user)
            .filter(uid=activity_uid, kind=ActivityKind.VISIT)
            .select_related("journey__patient", "journey__protocol_version__protocol", "centre")
            .defer("journey__protocol_version__document")
            .first()
        )
        if activity is None or not has_role(request.user, activity.journey.patient, RECORDERS):
            raise Http404
        with timezone.override(ZoneInfo(activity.centre.time_zone)):
            return reads.noted(request, activity.journey.patient, view(request, activity))

    return opened


def on_visit(*, roles: Iterable[Role] = READERS) -> Callable[[View], Opened]:
    """Open a view with the record of a visit, to people with one of the roles for the patient."""

    def guard(view: View) -> Opened:
        @require_sign_in
        @wraps(view)
        def opened(request: SignedInRequest, visit_uid: UUID) -> HttpResponseBase:
            visit = (
                Visit.objects.visible_to(request.user)
                .filter(uid=visit_uid)
                .select_related("activity__journey__patient", "activity__centre", "seen_by")
                .select_related("activity__journey__protocol_version__protocol")
                .defer("activity__journey__protocol_version__document")
                .first()
            )
            if visit is None:
                raise Http404
            patient = visit.activity.journey.patient
            if not has_role(request.user, patient, roles):
                raise Http404
            with timezone.override(ZoneInfo(visit.activity.centre.time_zone)):
                return reads.noted(request, patient, view(request, visit))

        return opened

    return guard


def has_role(user: User, patient: Patient, roles: Iterable[Role]) -> bool:
    """Tell whether the person has one of the roles where somebody else is cared for today.

    Nobody is their own clinician: their own record is open to them as a patient only.
    """
    if patient.user_id == user.pk:
        return False
    caring = CareRelation.objects.current().filter(patient=patient).values("centre")
    return Centre.objects.of(user, roles).filter(pk__in=caring).exists()


def may_record(user: User, patient: Patient) -> bool:
    """Tell whether the person records visits of this patient."""
    return has_role(user, patient, RECORDERS)


def clinicians_of(patient: Patient, *, seen_by: User | None = None) -> QuerySet[User]:
    """Return who may have seen the patient: today's clinicians, and who is named already."""
    caring = CareRelation.objects.current().filter(patient=patient).values("centre")
    clinicians = Membership.objects.current().filter(centre__in=caring, role__in=RECORDERS)
    found = Q(pk__in=clinicians.values("user"), is_active=True)
    return User.objects.filter(found | Q(pk=seen_by.pk) if seen_by else found).order_by("name")
