"""Follow-up's use-cases: record a visit and correct its record."""

from journeys.followup.services.corrections import correct_visit
from journeys.followup.services.refusals import (
    AlreadyRecorded,
    CorrectionReasonMissing,
    FindingsImpossible,
    NotAVisit,
    OtherDayRecorded,
    StaleVersion,
    TimingReasonMissing,
    VisitInFuture,
)
from journeys.followup.services.visits import record_visit

__all__ = [
    "AlreadyRecorded",
    "CorrectionReasonMissing",
    "FindingsImpossible",
    "NotAVisit",
    "OtherDayRecorded",
    "StaleVersion",
    "TimingReasonMissing",
    "VisitInFuture",
    "correct_visit",
    "record_visit",
]
