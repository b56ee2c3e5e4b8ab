"""What lists and heads of pages show of a patient."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journeys.patients.domain import age_on, masked_identifier
from journeys.patients.models import Patient


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


def head_of(patient: Patient, *, today: date) -> PatientHead:
    """Return the head of a patient; the identifier is masked, since others may see the screen.

    The age of somebody who died is the age they reached. Where the reader's day is not yet that of
    the patient's birth, which may have been at a centre further east, the age is nought.
    """
    day = max(patient.died_on or today, patient.birth_on)
    return PatientHead(
        uid=patient.uid,
        name=patient.full_name,
        family_name=patient.family_name,
        given_name=patient.given_name,
        birth_on=patient.birth_on,
        age=age_on(patient.birth_on, day),
        identifier=masked_identifier(patient.identifier),
        language=patient.language,
        has_died=patient.died_on is not None,
        has_withdrawn=patient.withdrew_on is not None,
    )
