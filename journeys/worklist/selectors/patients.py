"""The list of patients: where each one stands and what comes next."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, Min, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import User
from journeys.patients.models import Patient
from journeys.patients.selectors import PatientHead, head_of
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.timeline import mark_of, title_of, words
from journeys.planning.workspace import definition_of, protocol_of
from journeys.worklist.selectors.owners import EVERYBODY, Owner

PAGE_SIZE = 25
NO_JOURNEY = "none"
SORTS = {"name": ("family_name", "given_name"), "next": ("next_on",), "started": ("started_on",)}
DEFAULT_SORT = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address of the list asks for; empty means everything."""

    text: str = ""
    status: str = ""
    stage: str = ""
    protocol: str = ""
    owner: Owner = EVERYBODY
    sort: str = DEFAULT_SORT
    page: str = "1"

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but everybody is asked for."""
        return bool(self.text) or self.asks_for_a_journey

    @property
    def asks_for_a_journey(self) -> bool:
        """Tell whether a journey has to fit, and not only the patient."""
        return bool(self.status or self.stage or self.protocol or self.owner.user)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextThing:
    """The open activity that comes first."""

    title: str
    mark: str
    on: date | None
    is_booked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRow:
    """One patient with the journey that counts: the active one, otherwise the latest."""

    head: PatientHead
    journey_uid: uuid.UUID | None
    protocol: str
    status: str
    stage: str
    next: NextThing | None
    coordinator: str

    @property
    def uid(self) -> uuid.UUID:
        """Return the patient's uid, for the read log."""
        return self.head.uid


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientList:
    """One page of the list; `page` is for the pager."""

    rows: tuple[PatientRow, ...]
    page: Page[Patient]
    count: int


def patient_list(user: User, filters: Filters, *, today: date) -> PatientList:
    """Return one page of the patients that the person may see, in a fixed number of queries."""
    page = Paginator(_found(user, filters), PAGE_SIZE).get_page(filters.page)
    patients = list(page.object_list)
    journeys = _journeys(patients)
    upcoming = _next_things(journeys.values(), today=today)
    stages = _stages(journeys.values())
    rows = tuple(
        _row(patient, journeys.get(patient.pk), upcoming, stages, today=today)
        for patient in patients
    )
    return PatientList(rows=rows, page=page, count=page.paginator.count)


def _found(user: User, filters: Filters) -> QuerySet[Patient]:
    patients = Patient.objects.visible_to(user)
    if filters.text:
        patients = patients.search(filters.text)
    if filters.status == NO_JOURNEY:
        patients = patients.exclude(Exists(Journey.objects.filter(patient=OuterRef("pk"))))
    elif filters.asks_for_a_journey:
        patients = patients.filter(Exists(_asked_for(filters).filter(patient=OuterRef("pk"))))
    column = filters.sort.removeprefix("-")
    if column == "next":
        patients = patients.annotate(next_on=_first_open_day())
    if column == "started":
        patients = patients.annotate(started_on=_latest_start())
    fields = SORTS.get(column, SORTS[DEFAULT_SORT])
    turned = filters.sort.startswith("-")
    order = [
        F(field).desc(nulls_last=True) if turned else F(field).asc(nulls_last=True)
        for field in fields
    ]
    return patients.order_by(*order, "pk")


def _asked_for(filters: Filters) -> QuerySet[Journey]:
    journeys = Journey.objects.filter(filters.owner.accountable())
    if filters.status:
        journeys = journeys.filter(status=filters.status)
    if filters.protocol:
        journeys = journeys.filter(protocol_version__protocol__code=filters.protocol)
    if filters.stage:
        journeys = journeys.active().filter(standing=filters.stage)
    return journeys


def _first_open_day() -> Subquery:
    return Subquery(
        Activity.objects.open()
        .filter(journey__patient=OuterRef("pk"), journey__status=JourneyStatus.ACTIVE)
        .exclude(kind=ActivityKind.RESTRICTION)
        .order_by()
        .values("journey__patient")
        .annotate(first=Min("chosen_on"))
        .values("first")
    )


def _latest_start() -> Subquery:
    return Subquery(
        Journey.objects.filter(patient=OuterRef("pk"))
        .order_by("-started_on", "-pk")
        .values("started_on")[:1]
    )


def _journeys(patients: Collection[Patient]) -> dict[int, Journey]:
    """Return the journey that counts, by patient: the active one, otherwise the latest."""
    found = (
        Journey.objects.filter(patient__in=[patient.pk for patient in patients])
        .select_related("protocol_version__protocol__product", "coordinator")
        .defer("protocol_version__document")
        .order_by("started_on", "pk")
    )
    return {journey.patient_id: journey for journey in found}


def _next_things(journeys: Collection[Journey], *, today: date) -> dict[int, NextThing]:
    firsts = (
        Activity.objects.open()
        .filter(
            journey__in=[
                journey.pk for journey in journeys if journey.status == JourneyStatus.ACTIVE
            ]
        )
        .exclude(kind=ActivityKind.RESTRICTION)
        .select_related("journey__protocol_version")
        .defer("journey__protocol_version__document", "why")
        .order_by("journey", F("chosen_on").asc(nulls_last=True), "id")
        .distinct("journey")
    )
    return {activity.journey_id: _next(activity, today=today) for activity in firsts}


def _next(activity: Activity, *, today: date) -> NextThing:
    definition = definition_of(activity)
    return NextThing(
        title=title_of(activity),
        mark=mark_of(activity, definition, today=today),
        on=activity.chosen_on or activity.target_on,
        is_booked=activity.planned_at is not None,
    )


def _stages(journeys: Collection[Journey]) -> dict[int, str]:
    """Return the words for where each journey stands."""
    found = {}
    for journey in journeys:
        if journey.status != JourneyStatus.ACTIVE:
            found[journey.pk] = str(journey.get_status_display())
            continue
        code = journey.standing
        titles = stage_titles(journey)
        found[journey.pk] = titles.get(code, code) if code else str(_("All stages done"))
    return found


def stage_titles(journey: Journey) -> dict[str, str]:
    """Return the titles of the stages of the version that a journey follows, by code."""
    stages = protocol_of(journey.protocol_version).stages
    return {stage.code: words(stage.title) for stage in stages}


def _row(
    patient: Patient,
    journey: Journey | None,
    upcoming: dict[int, NextThing],
    stages: dict[int, str],
    *,
    today: date,
) -> PatientRow:
    head = head_of(patient, today=today)
    if journey is None:
        return PatientRow(
            head=head,
            journey_uid=None,
            protocol="",
            status=NO_JOURNEY,
            stage="",
            next=None,
            coordinator="",
        )
    return PatientRow(
        head=head,
        journey_uid=journey.uid,
        protocol=product_name(journey),
        status=journey.status,
        stage=stages[journey.pk],
        next=upcoming.get(journey.pk),
        coordinator=journey.coordinator.name,
    )


def product_name(journey: Journey) -> str:
    """Return what the journey is about: its product, otherwise the protocol's title."""
    product = journey.protocol_version.protocol.product
    return product.name if product else journey.protocol_version.title
