"""Who may see the worklist and who may change a plan; everybody else finds nothing (404).

Seeing needs a clinical role and a patient whom `visible_to` gives. Changing needs a role at the
centre that is accountable for the journey: coordinators schedule, clinicians record as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from carttrack.accounts.access import CENTRE_KEY, SignedInRequest, chosen_centre, require_sign_in
from carttrack.accounts.arrival import Found, Questions, at_once
from carttrack.accounts.domain import CLINICAL_ROLES, Role
from carttrack.accounts.models import Centre, User
from carttrack.accounts.selectors import workplace_from
from carttrack.audit import reads
from carttrack.prepared import Asked, Later, Rows
from journeys.patients.models import Patient
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.opening import asked_for_journey, journey_from
from journeys.planning.workspace import centre_today
from notifications.selectors import asked_for_frame, frame_from

SCHEDULERS = frozenset({Role.COORDINATOR})
RECORDERS = frozenset({Role.COORDINATOR, Role.CLINICIAN})
EXAMINERS = frozenset({Role.CLINICIAN})
SEATS = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a person works: their centres, the one they look at, and their roles at each."""

    user: User
    centre: Centre
    centres: tuple[Centre, ...]
    roles: dict[int, frozenset[Role]]
    now: datetime

    @property
    def today(self) -> date:
        """Return the date at the centre they look at."""
        return centre_today(self.centre, now=self.now)

    @property
    def may_register(self) -> bool:
        """Tell whether they may register patients and start journeys somewhere."""
        return any(SCHEDULERS & roles for roles in self.roles.values())

    def may(self, roles: frozenset[Role], centre_id: int) -> bool:
        """Tell whether they have one of the roles at a centre."""
        return bool(roles & self.roles.get(centre_id, frozenset()))

    def scheduling_centres(self) -> list[Centre]:
        """Return the centres where they may start journeys."""
        return [centre for centre in self.centres if self.may(SCHEDULERS, centre.pk)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One journey in front of one person, at the journey's centre and on its clock."""

    desk: Desk
    journey: Journey
    now: datetime

    @property
    def user(self) -> User:
        """Return the person."""
        return self.desk.user

    @property
    def patient(self) -> Patient:
        """Return whose journey it is."""
        return self.journey.patient

    @property
    def centre(self) -> Centre:
        """Return the accountable centre."""
        return self.journey.centre

    @property
    def zone(self) -> ZoneInfo:
        """Return the accountable centre's time zone."""
        return ZoneInfo(self.centre.time_zone)

    @property
    def today(self) -> date:
        """Return the date at the accountable centre."""
        return centre_today(self.centre, now=self.now)

    @property
    def may_schedule(self) -> bool:
        """Tell whether the person may book, move and end here."""
        return self.desk.may(SCHEDULERS, self.centre.pk)

    @property
    def may_record(self) -> bool:
        """Tell whether the person may record what happened here."""
        return self.desk.may(RECORDERS, self.centre.pk)

    @property
    def may_examine(self) -> bool:
        """Tell whether the person may record the findings of a visit here."""
        return self.desk.may(EXAMINERS, self.centre.pk)


def _desk(request: SignedInRequest, posts: Rows, frame: Rows) -> Desk:
    """Return where the person works; `?centre=` chooses between several centres, and is remembered.

    Raises:
        Http404: they have no clinical role anywhere, or none at the centre they ask for.
    """
    now = timezone.now()
    roles: dict[int, frozenset[Role]] = {}
    centres: dict[str, Centre] = {}
    held = frame_from(request, posts, frame, now=now)
    for post in held:
        if post.role not in CLINICAL_ROLES:
            continue
        roles[post.centre.pk] = roles.get(post.centre.pk, frozenset()) | {Role(post.role)}
        centres[post.centre.code] = post.centre
    if not centres:
        raise Http404
    centre = chosen_centre(request, centres)
    _keep_seat(request, centre)
    request.workplace = workplace_from(held, chosen=request.session.get(CENTRE_KEY, ""))
    return Desk(
        user=request.user,
        centre=centre,
        centres=tuple(centres.values()),
        roles=roles,
        now=now,
    )


# Where people sat last, by who they are and what they chose.
_seats: dict[tuple[Any, str], Centre] = {}


def _keep_seat(request: SignedInRequest, centre: Centre) -> None:
    if len(_seats) >= SEATS:
        _seats.clear()
    _seats[_seat(request, request.user)] = centre


def likely_centre(request: HttpRequest, reader: User) -> Centre | None:
    """Return where a reader looked with the same choice before: maybe still, and as it was then.

    Good for asking early, if it is made sure of before the answers are used.
    """
    return _seats.get(_seat(request, reader))


def _seat(request: HttpRequest, reader: User) -> tuple[Any, str]:
    return reader.pk, request.GET.get(CENTRE_KEY) or request.session.get(CENTRE_KEY, "")


def at_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Open a view to people with a clinical role; hours are those of the centre they look at."""

    @at_desk_asking(lambda *_: ())
    @wraps(view)
    def seated(
        request: SignedInRequest, desk: Desk, _later: Later, /, **named: Any
    ) -> HttpResponse:
        return view(request, desk, **named)

    return seated


def at_desk_asking(
    ask: Callable[[HttpRequest, User], Sequence[Sequence[Asked]]],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """Open a view as `at_desk` does, and hand it the answers to what a request asks of a reader.

    They are asked, in rounds, in the round trip that reads who is there, and come later.
    """

    def ask_all(request: HttpRequest, reader: User, **_named: Any) -> Questions:
        return Questions(asked_for_frame(reader), ask(request, reader))

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        @require_sign_in
        @at_once(ask_all)
        @wraps(view)
        def seated(request: SignedInRequest, found: Found, /, **named: Any) -> HttpResponse:
            posts, frame = found.rows
            desk = _desk(request, posts, frame)
            with timezone.override(ZoneInfo(desk.centre.time_zone)):
                return view(request, desk, found.later, **named)

        return seated

    return guard


def on_patient(
    view: Callable[[SignedInRequest, Desk, Patient], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Open a view with a patient the person may see; showing them is noted in the read log."""

    @at_desk
    @wraps(view)
    def opened(request: SignedInRequest, desk: Desk, patient_uid: UUID) -> HttpResponse:
        patient = get_object_or_404(Patient.objects.visible_to(request.user), uid=patient_uid)
        return reads.noted(request, patient, view(request, desk, patient))

    return opened


def on_journey(
    *, roles: frozenset[Role] = CLINICAL_ROLES
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """Open a view with a journey whose patient the person may see.

    `roles` other than the clinical ones are needed at the journey's own centre.
    """

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        @on_journey_asking(lambda *_: (), roles=roles)
        @wraps(view)
        def opened(
            request: SignedInRequest, case: Case, _later: Later, /, **named: Any
        ) -> HttpResponse:
            return view(request, case, **named)

        return opened

    return guard


def on_journey_asking(
    ask: Callable[[HttpRequest, UUID], Sequence[Sequence[Asked]]],
    *,
    roles: frozenset[Role] = CLINICAL_ROLES,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """Open a view as `on_journey` does, and hand it the answers to what a request asks of it.

    They are asked in the round trip that reads who is there, and come while it is looked at
    whether the person may see the journey.
    """

    def ask_all(
        request: HttpRequest, reader: User, *, journey_uid: UUID, **_named: Any
    ) -> Questions:
        first = [*asked_for_frame(reader), asked_for_journey(reader, journey_uid)]
        return Questions(first, ask(request, journey_uid))

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        @require_sign_in
        @at_once(ask_all)
        @wraps(view)
        def opened(request: SignedInRequest, found: Found, /, **named: Any) -> HttpResponse:
            del named["journey_uid"]  # it has been asked for
            posts, frame, journeys = found.rows
            desk = _desk(request, posts, frame)
            journey = journey_from(journeys)
            if journey is None:
                raise Http404
            case = _case(desk, journey, roles)
            with timezone.override(case.zone):
                shown = view(request, case, found.later, **named)
                return reads.noted(request, case.patient, shown)

        return opened

    return guard


def on_activity(
    *, roles: frozenset[Role]
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """Open a view with an activity that the person may change: one of `roles` at its centre."""

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        def opened(
            request: SignedInRequest, desk: Desk, /, activity_uid: UUID, **more: Any
        ) -> HttpResponse:
            activity = get_object_or_404(
                Activity.objects.visible_to(request.user)
                .select_related("journey__patient", "journey__centre")
                .select_related("journey__protocol_version__protocol__product")
                .defer("journey__protocol_version__document"),
                uid=activity_uid,
            )
            case = _case(desk, activity.journey, roles)
            with timezone.override(case.zone):
                return reads.noted(request, case.patient, view(request, case, activity, **more))

        return wraps(view)(at_desk(opened))

    return guard


def _case(desk: Desk, journey: Journey, roles: frozenset[Role]) -> Case:
    if roles != CLINICAL_ROLES and not desk.may(roles, journey.centre_id):
        raise Http404
    return Case(desk=desk, journey=journey, now=desk.now)
