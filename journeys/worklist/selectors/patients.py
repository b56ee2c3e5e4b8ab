"""The list of patients: where each one stands and what comes next."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from carttrack.prepared import Asked, Param, Rows, prepared
from journeys.patients.models import Patient
from journeys.patients.selectors import PatientHead, head_of
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.marks import mark_of
from journeys.planning.selectors.wording import words
from journeys.planning.state_labels import JOURNEY_STATUS_LABELS
from journeys.worklist.selectors.finding import NO_JOURNEY, Page
from journeys.worklist.selectors.lines import (
    ActivityLine,
    as_lines,
    lines_of,
    protocol_of_version,
)


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


def patient_list(page: Page, standings: Rows, *, today: date) -> PatientList:
    """Return a page of the list; `standings` is the answer of `asked_for_standings`."""
    journeys = {journey.patient_id: journey for journey in (Standing(*row) for row in standings)}
    upcoming = _next_things(journeys.values())
    rows = tuple(
        _row(patient, journeys.get(patient.pk), upcoming, today=today) for patient in page.patients
    )
    return PatientList(
        rows=rows, count=page.count, has_previous=page.has_previous, has_next=page.has_next
    )


def asked_for_standings(page: Page) -> Asked:
    """Return the question for the journeys of a page's patients, the one that counts last.

    The one that counts is the active one, otherwise the latest.
    """
    return _journeys().asked(patients=[patient.pk for patient in page.patients])


@prepared
def _journeys() -> "QuerySet[Journey, Any]":
    first = (
        Activity.objects.open()
        .filter(journey=OuterRef("pk"))
        .exclude(kind=ActivityKind.RESTRICTION)
        .order_by(F("chosen_on").asc(nulls_last=True), "pk")
    )
    return (
        Journey.objects.filter(patient__in=Param("patients", BigIntegerField(), is_many=True))
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


def _next_things(journeys: Iterable[Standing]) -> dict[int, ActivityLine]:
    """Return the open activity that comes first, by journey."""
    first = [
        journey.next_id
        for journey in journeys
        if journey.next_id and journey.status == JourneyStatus.ACTIVE
    ]
    return {line.journey_id: line for line in lines_of(_activities(), first=first)}


@prepared
def _activities() -> "QuerySet[Activity, Any]":
    first = Param("first", BigIntegerField(), is_many=True)
    return as_lines(Activity.objects.filter(pk__in=first))


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
