"""The list of patients: where each one stands and what comes next."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import User
from journeys.patients.models import Patient
from journeys.patients.selectors import PatientHead, head_of
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.timeline import mark_of, words
from journeys.planning.state_labels import JOURNEY_STATUS_LABELS
from journeys.worklist.selectors.lines import ActivityLine, lines_of, protocol_of_version
from journeys.worklist.selectors.owners import EVERYBODY, Owner

PAGE_SIZE = 25
NO_JOURNEY = "none"
# What a list does not show it does not read.
UNSEEN = ("search_names", "identifier_key", "email", "phone", "contact_name", "contact_phone")
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
    after: str = ""
    before: str = ""

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
    """One page of the list; its neighbours begin after its last and end before its first row.

    `count` is how many there are when the page shows them all, otherwise "25+": counting a hospital
    on each page costs more than the page.
    """

    rows: tuple[PatientRow, ...]
    count: str
    has_previous: bool
    has_next: bool

    @property
    def first(self) -> uuid.UUID:
        """Return the patient before whom the previous page ends."""
        return self.rows[0].uid

    @property
    def last(self) -> uuid.UUID:
        """Return the patient after whom the next page begins."""
        return self.rows[-1].uid


@dataclass(frozen=True, slots=True)
class Standing:
    """The journey that counts of a patient, as the list shows it."""

    pk: int
    uid: uuid.UUID
    patient_id: int
    status: str
    standing: str
    version_id: int
    title: str
    product: str | None
    coordinator: str
    next_id: int | None

    @property
    def stage(self) -> str:
        """Return the words for where the journey stands."""
        if self.status != JourneyStatus.ACTIVE:
            return str(JOURNEY_STATUS_LABELS[JourneyStatus(self.status)])
        if not self.standing:
            return str(_("All stages done"))
        return words(protocol_of_version(self.version_id).stage(self.standing).title)


def patient_list(user: User, filters: Filters, *, today: date) -> PatientList:
    """Return one page of the patients that the person may see, in a fixed number of queries."""
    found = _found(user, filters)
    is_back = bool(filters.before)
    edge = _edge(found, filters.before or filters.after)
    patients = list(_page(found, filters, edge, is_back=is_back))
    is_cut = len(patients) > PAGE_SIZE
    patients = patients[:PAGE_SIZE]
    if is_back:
        patients.reverse()
    journeys = _journeys(patients)
    upcoming = _next_things(journeys.values())
    rows = tuple(
        _row(patient, journeys.get(patient.pk), upcoming, today=today) for patient in patients
    )
    has_previous = is_cut if is_back else edge is not None
    has_next = is_cut or (is_back and edge is not None)
    return PatientList(
        rows=rows,
        count=f"{PAGE_SIZE}+" if has_previous or has_next else str(len(rows)),
        has_previous=has_previous and bool(rows),
        has_next=has_next and bool(rows),
    )


def _found(user: User, filters: Filters) -> QuerySet[Patient]:
    patients = Patient.objects.visible_to(user).defer(*UNSEEN)
    if filters.text:
        patients = patients.search(filters.text)
    if filters.status == NO_JOURNEY:
        patients = patients.exclude(Exists(Journey.objects.filter(patient=OuterRef("pk"))))
    elif filters.asks_for_a_journey:
        patients = patients.filter(Exists(_asked_for(filters).filter(patient=OuterRef("pk"))))
    column = filters.sort.removeprefix("-")
    # Who has no such day stands last, whichever way the list is turned.
    no_day = Value(date.min if filters.sort.startswith("-") else date.max)
    if column == "next":
        patients = patients.annotate(next_on=Coalesce(_first_open_day(), no_day))
    if column == "started":
        patients = patients.annotate(started_on=Coalesce(_latest_start(), no_day))
    return patients


def _order(filters: Filters) -> tuple[str, ...]:
    return (*SORTS.get(filters.sort.removeprefix("-"), SORTS[DEFAULT_SORT]), "pk")


def _edge(found: QuerySet[Patient], uid: str) -> Patient | None:
    """Return the patient at whom the neighbouring page ended, if the person may see them."""
    try:
        return found.filter(uid=uuid.UUID(uid)).first() if uid else None
    except ValueError:
        return None


def _page(
    found: QuerySet[Patient], filters: Filters, edge: Patient | None, *, is_back: bool
) -> QuerySet[Patient]:
    """Return the rows beyond the edge, one more than a page to know whether there are others."""
    order = _order(filters)
    is_down = filters.sort.startswith("-") is not is_back
    if edge is not None:
        found = found.filter(_beyond(edge, order, "lt" if is_down else "gt"))
    return found.order_by(*(f"-{name}" if is_down else name for name in order))[: PAGE_SIZE + 1]


def _beyond(edge: Patient, order: Collection[str], way: str) -> Q:
    """Return the condition to stand beyond a row; its first part lets an index begin there."""
    beyond, alike = Q(), Q()
    for name in order:
        value = getattr(edge, name)
        beyond |= alike & Q(**{f"{name}__{way}": value})
        alike &= Q(**{name: value})
    first, *_rest = order
    return Q(**{f"{first}__{way}e": getattr(edge, first)}) & beyond


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


def _journeys(patients: Collection[Patient]) -> dict[int, Standing]:
    """Return the journey that counts, by patient: the active one, otherwise the latest."""
    first = (
        Activity.objects.open()
        .filter(journey=OuterRef("pk"))
        .exclude(kind=ActivityKind.RESTRICTION)
        .order_by(F("chosen_on").asc(nulls_last=True), "pk")
    )
    rows = (
        Journey.objects.filter(patient__in=[patient.pk for patient in patients])
        .annotate(next_id=Subquery(first.values("pk")[:1]))
        .order_by("started_on", "pk")
        .values_list(
            "pk",
            "uid",
            "patient_id",
            "status",
            "standing",
            "protocol_version_id",
            "protocol_version__title",
            "protocol_version__protocol__product__name",
            "coordinator__name",
            "next_id",
        )
    )
    return {journey.patient_id: journey for journey in (Standing(*row) for row in rows)}


def _next_things(journeys: Iterable[Standing]) -> dict[int, ActivityLine]:
    """Return the open activity that comes first, by journey."""
    first = [
        journey.next_id
        for journey in journeys
        if journey.next_id and journey.status == JourneyStatus.ACTIVE
    ]
    return {line.journey_id: line for line in lines_of(Activity.objects.filter(pk__in=first))}


def _next(line: ActivityLine, *, today: date) -> NextThing:
    return NextThing(
        title=line.title,
        mark=mark_of(line, line, today=today),
        on=line.chosen_on or line.target_on,
        is_booked=line.planned_at is not None,
    )


def _row(
    patient: Patient,
    journey: Standing | None,
    upcoming: Mapping[int, ActivityLine],
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
    line = upcoming.get(journey.pk)
    return PatientRow(
        head=head,
        journey_uid=journey.uid,
        protocol=journey.product or journey.title,
        status=journey.status,
        stage=journey.stage,
        next=_next(line, today=today) if line else None,
        coordinator=journey.coordinator,
    )


def product_name(journey: Journey) -> str:
    """Return what the journey is about: its product, otherwise the protocol's title."""
    product = journey.protocol_version.protocol.product
    return product.name if product else journey.protocol_version.title
