"""The fixed answers of a visit's record."""

from enum import StrEnum


class Answer(StrEnum):
    """An answer in which not knowing is said and never assumed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Mode(StrEnum):
    """How the clinician and the patient met."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
