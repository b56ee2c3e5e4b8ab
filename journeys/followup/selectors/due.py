"""The visits that a centre's clinicians have before them."""

import uuid
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from carttrack.ui import dates
from journeys.followup.models import Visit
from journeys.followup.selectors.recorded import PatientName, patient_name
from journeys.patients.models import Patient
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import OPEN_STATES, ActivityState, JourneyStatus
from journeys.planning.models import Activity
from journeys.planning.selectors.marks import mark_of
from journeys.planning.selectors.wording import title_of
from journeys.planning.workspace import definition_of

AHEAD_DAYS = 14
PAGE_SIZE = 50
COUNT_CAP = 100


class Due(StrEnum):
    """Why a visit stands in the list."""

    UNWRITTEN = "unwritten"  # it took place and has no record
    OVERDUE = "overdue"
    OPEN = "open"  # its window is open
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueVisit:
    """One row of the list. `starts_at` is the appointment's local time.

    `can_record` tells whether the reader is a clinician at the visit's centre.
    """

    uid: uuid.UUID
    journey_uid: uuid.UUID
    patient: PatientName
    title: str
    mark: str
    due: Due
    day_number: int | None
    window: str
    starts_at: datetime | None
    clinician: str
    centre: str
    can_record: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page of the list ends: the last row's order and its id."""

    closes_on: date
    pk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """One page of the list; `after` leads to the next one when there is one."""

    rows: tuple[DueVisit, ...]
    after: Cursor | None


def due_visits(
    user: User,
    *,
    centres: Iterable[Centre],
    today: date,
    due: Due | None = None,
    search: str = "",
    clinician: User | None = None,
    after: Cursor | None = None,
) -> DuePage:
    """Return the visits that are overdue, open, coming within two weeks or not written up.

    A fixed number of queries, whatever the length of the list.
    """
    found = _found(user, centres=centres, today=today, due=due)
    if search.strip():
        found = found.filter(journey__patient__in=Patient.objects.search(search))
    if clinician:
        found = found.filter(journey__clinician=clinician)
    if after:
        found = found.filter(
            Q(closes_on__gt=after.closes_on) | Q(closes_on=after.closes_on, pk__gt=after.pk)
        )
    rows = list(_with_details(found)[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    clinics = set(Centre.objects.of(user, [Role.CLINICIAN]).values_list("pk", flat=True))
    last = page[-1] if len(rows) > PAGE_SIZE else None
    return DuePage(
        rows=tuple(_row(activity, clinics=clinics, today=today) for activity in page),
        after=Cursor(closes_on=last.closes_on, pk=last.pk) if last and last.closes_on else None,
    )


def due_counts(user: User, *, centres: Iterable[Centre], today: date) -> Mapping[Due, int]:
    """Return how many visits there are of each sort, counted no further than the cap."""
    places = list(centres)
    return {
        due: _found(user, centres=places, today=today, due=due).order_by()[:COUNT_CAP].count()
        for due in Due
    }


def _found(
    user: User, *, centres: Iterable[Centre], today: date, due: Due | None
) -> QuerySet[Activity]:
    condition = _conditions(today)[due] if due else Q()
    if due is None:
        for one in _conditions(today).values():
            condition |= one
    return (
        Activity.objects.visible_to(user)
        .exclude(journey__patient__user=user)
        .filter(
            condition,
            centre__in=list(centres),
            kind=ActivityKind.VISIT,
            journey__status=JourneyStatus.ACTIVE,
            closes_on__isnull=False,
        )
        .order_by("closes_on", "pk")
    )


def _conditions(today: date) -> dict[Due, Q]:
    is_open = Q(state__in=OPEN_STATES)
    horizon = today + timedelta(days=AHEAD_DAYS)
    has_record = Exists(Visit.objects.filter(activity=OuterRef("pk")))
    return {
        Due.UNWRITTEN: Q(state=ActivityState.DONE) & ~Q(has_record),
        Due.OVERDUE: is_open & Q(closes_on__lt=today),
        Due.OPEN: is_open & Q(opens_on__lte=today, closes_on__gte=today),
        Due.COMING: is_open & Q(opens_on__gt=today, opens_on__lte=horizon),
    }


def _with_details(found: QuerySet[Activity]) -> QuerySet[Activity]:
    """Add what a row shows, without loading the protocol's document once per row."""
    infusion = Activity.objects.filter(cycle=OuterRef("cycle"), code="infusion")
    day_0 = infusion.values(day_0=Coalesce("happened_on", "chosen_on"))[:1]
    return (
        found.select_related(
            "centre", "journey__patient", "journey__clinician", "journey__protocol_version"
        )
        .defer("journey__protocol_version__document", "why")
        .annotate(day_0=Subquery(day_0))
    )


def _row(activity: Activity, *, clinics: Container[int], today: date) -> DueVisit:
    definition = definition_of(activity)
    day = activity.happened_on or activity.chosen_on or activity.target_on
    day_0: date | None = getattr(activity, "day_0", None)
    zone = ZoneInfo(activity.centre.time_zone)
    is_unwritten = activity.state == ActivityState.DONE
    return DueVisit(
        uid=activity.uid,
        journey_uid=activity.journey.uid,
        patient=patient_name(activity),
        title=title_of(activity),
        mark=mark_of(activity, definition, today=today),
        due=_due(activity, today) if not is_unwritten else Due.UNWRITTEN,
        day_number=(day - day_0).days if day and day_0 else None,
        window=_window(activity, today),
        starts_at=activity.planned_at.astimezone(zone) if activity.planned_at else None,
        clinician=activity.journey.clinician.name,
        centre=activity.centre.short_name,
        can_record=activity.centre_id in clinics,
    )


def _due(activity: Activity, today: date) -> Due:
    if activity.closes_on and activity.closes_on < today:
        return Due.OVERDUE
    return Due.OPEN if activity.opens_on and activity.opens_on <= today else Due.COMING


def _window(activity: Activity, today: date) -> str:
    if activity.opens_on is None or activity.closes_on is None:
        return ""
    return dates.staff_window(activity.opens_on, activity.closes_on, today=today)
