"""Plain facts about a patient: age, and an identifier that is safe to show in a list."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

# Nobody is known to have lived longer than 122 years.
OLDEST_YEARS = 130


class CareRole(StrEnum):
    """What a centre is to a patient."""

    REFERRING = "referring"
    TREATING = "treating"
    FOLLOW_UP = "follow_up"


class IdentifierSystem(StrEnum):
    """Who gave out a patient's identifier."""

    PERSONNUMMER = "se-personnummer"
    HOSPITAL = "hospital-number"
    OTHER = "other"


def contact_uid(patient_uid: UUID) -> UUID:
    """Return what the person whom a patient named goes by; they have no sign-in of their own."""
    return uuid5(patient_uid, "contact")


def age_on(birth_on: date, day: date) -> int:
    """Return the age in whole years on a day; somebody born on 29 February ages on 1 March.

    Raises:
        ValueError: the day is before the birth.
    """
    if day < birth_on:
        raise ValueError(f"{day} is before the birth on {birth_on}")
    had_birthday = (day.month, day.day) >= (birth_on.month, birth_on.day)
    return day.year - birth_on.year - (0 if had_birthday else 1)


def masked_identifier(identifier: str) -> str:
    """Return the identifier with its last four characters hidden, for lists and wall screens."""
    shown = max(len(identifier) - 4, 0)
    return identifier[:shown] + "•" * (len(identifier) - shown)
