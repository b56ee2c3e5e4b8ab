"""What lists and heads of pages show of a patient."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from carttrack.accounts.models import User
from journeys.patients.domain import age_on, masked_identifier
from journeys.patients.models import Patient

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientHead:
    """Who a patient is, as far as a list or the head of a page says it."""

    uid: UUID
    name: str
    family_name: str
    given_name: str
    birth_on: date
    age: int
    identifier: str
    language: str
    has_died: bool
    has_withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPage:
    """One page of a list, and where the next one begins."""

    heads: tuple[PatientHead, ...]
    next_after: UUID | None


def head_of(patient: Patient, *, today: date) -> PatientHead:
    """Return the head of a patient; the identifier is masked, since others may see the screen.

    The age of somebody who died is the age they reached.
    """
    return PatientHead(
        uid=patient.uid,
        name=patient.full_name,
        family_name=patient.family_name,
        given_name=patient.given_name,
        birth_on=patient.birth_on,
        age=age_on(patient.birth_on, patient.died_on or today),
        identifier=masked_identifier(patient.identifier),
        language=patient.language,
        has_died=patient.died_on is not None,
        has_withdrawn=patient.withdrew_on is not None,
    )


def patient_page(
    *,
    user: User | AnonymousUser,
    today: date,
    text: str = "",
    after: UUID | None = None,
    limit: int = PAGE,
) -> PatientPage:
    """Return the patients the person may see by name, or of these the ones a search finds.

    A page begins `after` a patient and not at a number, so page 400 costs what page 1 costs.
    """
    patients = Patient.objects.visible_to(user)
    if text.strip():
        patients = patients.search(text)
    found = list(_behind(patients, after).order_by("family_name", "given_name", "pk")[: limit + 1])
    shown = found[:limit]
    return PatientPage(
        heads=tuple(head_of(patient, today=today) for patient in shown),
        next_after=shown[-1].uid if len(found) > limit else None,
    )


def _behind(patients: QuerySet[Patient], after: UUID | None) -> QuerySet[Patient]:
    last = patients.filter(uid=after).first() if after else None
    if last is None:
        return patients
    same_family = Q(family_name=last.family_name)
    same_name = same_family & Q(given_name=last.given_name)
    # The first condition repeats what the others imply: it tells the index where to begin.
    return patients.filter(
        Q(family_name__gte=last.family_name),
        Q(family_name__gt=last.family_name)
        | (same_family & Q(given_name__gt=last.given_name))
        | (same_name & Q(pk__gt=last.pk)),
    )
