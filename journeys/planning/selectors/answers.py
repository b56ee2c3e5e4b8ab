"""Which booked appointments of a journey somebody was asked about, and what was answered."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now

from carttrack.prepared import Asked, Rows, prepared
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity
from journeys.planning.selectors.opening import JOURNEY_PK
from notifications.domain.answers import ASKED, Said, Source, WhyNot
from notifications.labels import SOURCES, WHY_NOT, Word
from notifications.models import Answer, Reminder


@dataclass(frozen=True, slots=True)
class Question:
    """One appointment ahead: whether it was asked about, and the last answer if there is one."""

    activity_uid: uuid.UUID
    appointment_uid: uuid.UUID
    is_asked: bool
    said: str
    reason: str
    words: str
    source: str
    at: datetime | None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the patient comes."""
        return self.said == Said.CONFIRMED

    @property
    def wants_other_time(self) -> bool:
        """Tell whether the patient asked for another time."""
        return self.said == Said.OTHER_TIME

    @property
    def reason_word(self) -> Word:
        """Return why, in words; empty when no reason was given."""
        return WHY_NOT[WhyNot(self.reason)] if self.reason else ""

    @property
    def source_word(self) -> Word:
        """Return who gave the answer."""
        return SOURCES[Source(self.source)] if self.source else ""


Questions: TypeAlias = Mapping[uuid.UUID, Question]


def questions_asked(journey_uid: uuid.UUID) -> Asked:
    """Ask for the appointments of a journey that are ahead, with their answers."""
    return _ahead().asked(journey=journey_uid)


def questions_from(rows: Rows) -> Questions:
    """Return by activity what is asked or answered; others have nothing to say."""
    found = (Question(*row) for row in rows)
    return {each.activity_uid: each for each in found if each.is_asked or each.said}


def was_asked(activity: str = "uid", day: str = "chosen_on") -> Exists:
    """Return the condition that a message asked about an activity on the day it is booked for."""
    return Exists(
        Reminder.objects.filter(
            topic__uid=OuterRef(activity),
            occurs_on=OuterRef(day),
            asks=True,
            state__in=sorted(ASKED),
        )
    )


def live(activities: "QuerySet[Activity]") -> "QuerySet[Activity]":
    """Keep booked activities with their live appointment, as `appointment`."""
    return activities.filter(
        state=ActivityState.BOOKED,
        appointments__isnull=False,
        appointments__cancelled_at__isnull=True,
    ).annotate(appointment=F("appointments__uid"))


def last_answer(column: str) -> Subquery:
    """Return a column of the last answer about the appointment of a row."""
    answers = Answer.objects.filter(about=OuterRef("appointment")).order_by("-id")
    return Subquery(answers.values(column)[:1])


@prepared
def _ahead() -> "QuerySet[Activity, Any]":
    """Ask for what is booked ahead, whether a message asked, and the last answer."""
    texts = {
        f"last_{name}": Coalesce(last_answer(name), Value(""))
        for name in ("said", "reason", "words", "source")
    }
    return (
        live(Activity.objects.filter(journey=JOURNEY_PK, planned_at__gt=Now()))
        .annotate(is_asked=was_asked(), **texts, last_at=last_answer("at"))
        .order_by("planned_at")
        .values_list("uid", "appointment", "is_asked", *texts, "last_at")
    )
