"""Why a journey is moved to a newer version of its protocol."""

from enum import StrEnum


class MigrationReason(StrEnum):
    """The coded reason of one migration; the note says the rest."""

    NEW_PROTOCOL = "new_protocol"
    LABEL_CHANGED = "label_changed"
    CORRECTION = "correction"
    PATIENT_CHOICE = "patient_choice"
    OTHER = "other"
