"""Who stands behind the audiences of a protocol's rules, for one journey."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership, User
from carttrack.prepared import CENTRE, Param, prepared
from journeys.patients.domain import CareRole, contact_uid
from journeys.patients.models import CareRelation, Patient
from journeys.planning.domain.reminding import Audience
from journeys.planning.workspace import Workspace
from notifications import services as notifications
from notifications.models import Recipient
from notifications.services import Person

PATIENT = Param("patient", BigIntegerField())
# Those who have to be looked for among the staff of the centre and of those that refer.
SOUGHT = frozenset({Audience.LEAD, Audience.DATA_MANAGER, Audience.REFERRING})


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at a centre today, and how they are written to."""

    user_id: int
    role: str
    centre_id: int
    language: str
    email: str
    time_zone: str

    def as_person(self) -> Person:
        """Return them as somebody whom messages go to."""
        return Person(
            user_id=self.user_id,
            language=self.language,
            time_zone=self.time_zone,
            addresses={"email": self.email},
        )


def recipients_of(
    space: Workspace, audiences: Collection[Audience]
) -> Mapping[Audience, Recipient]:
    """Keep who is written to and return them by audience.

    One that nobody stands behind is missing: a journey without a referring centre has nobody there
    to tell. What a colleague or a data manager would do falls to the coordinator where there is
    none, so that no task is lost. They are kept in one order whatever their parts: no two plans
    block each other.
    """
    people = dict(_people(space, audiences))
    order = sorted(people, key=lambda one: (people[one].user_id or 0, str(people[one].uid)))
    saved = notifications.save_recipients([people[audience] for audience in order])
    return dict(zip(order, saved, strict=True))


def patient_person(patient: Patient) -> Person:
    """Return the patient as somebody whom messages go to."""
    return Person(
        uid=patient.uid,
        user_id=patient.user_id,
        language=patient.language,
        time_zone=patient.time_zone,
        addresses={"email": patient.email, "sms": str(patient.phone)},
    )


def _people(space: Workspace, audiences: Collection[Audience]) -> Iterator[tuple[Audience, Person]]:
    journey = space.journey
    zone = journey.centre.time_zone
    coordinator = _staff(journey.coordinator, zone)
    yield Audience.PATIENT, patient_person(journey.patient)
    yield Audience.COORDINATOR, coordinator
    yield Audience.CLINICIAN, _staff(journey.clinician, zone)
    if Audience.CAREGIVER in audiences and journey.patient.contact_phone:
        yield Audience.CAREGIVER, _contact(journey.patient)
    if SOUGHT & set(audiences):
        found = _sought(space)
        yield Audience.LEAD, found.get(Audience.LEAD, coordinator)
        yield Audience.DATA_MANAGER, found.get(Audience.DATA_MANAGER, coordinator)
        if Audience.REFERRING in found:
            yield Audience.REFERRING, found[Audience.REFERRING]


def _contact(patient: Patient) -> Person:
    """Return the person whom the patient named; they read what the patient reads, by telephone."""
    return Person(
        uid=contact_uid(patient.uid),
        user_id=None,
        language=patient.language,
        time_zone=patient.time_zone,
        addresses={"sms": str(patient.contact_phone)},
    )


def _staff(user: User, zone: str) -> Person:
    return Person(
        user_id=user.pk,
        language=user.language,
        time_zone=zone,
        addresses={"email": user.email},
    )


def _sought(space: Workspace) -> dict[Audience, Person]:
    """Return who is found among the staff, the one who has been there longest for each part."""
    journey = space.journey
    rows = _colleagues().rows(centre=journey.centre_id, patient=journey.patient_id)
    found: dict[Audience, Person] = {}
    for colleague in (Colleague(*row) for row in rows):
        if colleague.centre_id != journey.centre_id:
            found.setdefault(Audience.REFERRING, colleague.as_person())
        elif colleague.role == Role.DATA_MANAGER:
            found.setdefault(Audience.DATA_MANAGER, colleague.as_person())
        elif colleague.user_id != journey.coordinator_id:
            found.setdefault(Audience.LEAD, colleague.as_person())
    return found


@prepared
def _colleagues() -> QuerySet[Membership, tuple[Any, ...]]:
    referring = CareRelation.objects.current().filter(patient=PATIENT, role=CareRole.REFERRING)
    own = Q(centre=CENTRE, role__in=[Role.COORDINATOR, Role.DATA_MANAGER])
    theirs = Q(centre__in=referring.values("centre"), role=Role.COORDINATOR)
    return (
        Membership.objects.current()
        .filter(own | theirs, user__is_active=True)
        .order_by("from_on", "pk")
        .values_list(
            "user_id",
            "role",
            "centre_id",
            "user__language",
            "user__email",
            "centre__time_zone",
        )
    )
