"""Who may work as what: the roles of a treatment centre's people."""

from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a person does at a centre."""

    COORDINATOR = "coordinator"
    CLINICIAN = "clinician"
    DATA_MANAGER = "data_manager"
    ADMINISTRATOR = "administrator"


# The roles that may see clinical data. An administrator manages people and sees no patient.
CLINICAL_ROLES = frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.DATA_MANAGER})


class Region(StrEnum):
    """Whose label rules apply at a centre."""

    EU = "eu"
    US = "us"


class Standing(StrEnum):
    """How a membership stands to a day."""

    CURRENT = "current"
    COMING = "coming"
    PAST = "past"


def standing_on(day: date, *, from_on: date, until_on: date | None) -> Standing:
    """Return how a period, both its days inclusive, stands to a day.

    Units:
        day, from_on, until_on: local calendar dates at the centre.
    """
    if from_on > day:
        return Standing.COMING
    return Standing.PAST if until_on is not None and until_on < day else Standing.CURRENT
