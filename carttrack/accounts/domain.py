"""Who may work as what: the roles of a treatment centre's people."""

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
