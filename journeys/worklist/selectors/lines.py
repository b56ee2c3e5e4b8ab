"""One open activity as the lists show it, read as plain values: a list builds no models."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from carttrack.prepared import Prepared
from journeys.planning.domain.protocol import Protocol
from journeys.planning.domain.states import OPEN_STATES
from journeys.planning.models import Activity, ProtocolVersion
from journeys.planning.selectors.wording import occurrence_title, title_of, words
from journeys.planning.workspace import protocol_of

COLUMNS = (
    "pk",
    "uid",
    "code",
    "occurrence",
    "title",
    "kind",
    "state",
    "target_on",
    "closes_on",
    "chosen_on",
    "planned_at",
    "journey_id",
    "journey__uid",
    "journey__protocol_version_id",
    "journey__patient__uid",
    "journey__patient__given_name",
    "journey__patient__family_name",
)
# What a list may ask for besides, in this order.
OWNER = "journey__coordinator__name"
SIBLINGS = "siblings"


@dataclass(slots=True)
class ActivityLine:
    """An activity with whom it is about; its fields stand in the order of `COLUMNS`.

    Who is accountable, and how many of the journey are alike, stand in it where they were asked
    for.
    """

    pk: int
    uid: uuid.UUID
    code: str
    occurrence: int
    own_title: str
    kind: str
    state: str
    target_on: date | None
    closes_on: date | None
    chosen_on: date | None
    planned_at: datetime | None
    journey_id: int
    journey_uid: uuid.UUID
    version_id: int
    patient_uid: uuid.UUID
    given_name: str
    family_name: str
    coordinator: str = ""
    siblings: int = 1

    @property
    def is_open(self) -> bool:
        """Tell whether the activity is still to come."""
        return self.state in OPEN_STATES

    @property
    def name(self) -> str:
        """Return the patient's name as it is spoken."""
        return f"{self.given_name} {self.family_name}"

    @property
    def title(self) -> str:
        """Return the activity's title: its own, or the protocol's with its number."""
        if self.own_title:
            return self.own_title
        try:
            definition = protocol_of_version(self.version_id).activity(self.code)
        except KeyError:  # of an earlier version, which the row itself has to say
            rows = Activity.objects.select_related("journey__protocol_version", "cycle")
            return title_of(rows.get(pk=self.pk))
        return occurrence_title(definition, words(definition.title), self.occurrence)


def as_lines(activities: "QuerySet[Activity]", *more: str) -> "QuerySet[Activity, Any]":
    """Ask for activities as lines; `more` may name `OWNER`, and the annotation `SIBLINGS`."""
    return activities.values_list(*COLUMNS, *more)


def lines_of(query: Prepared, **values: Any) -> list[ActivityLine]:
    """Execute a prepared query of `as_lines`."""
    return [ActivityLine(*row) for row in query.rows(**values)]


@lru_cache(maxsize=1024)
def protocol_of_version(version_id: int) -> Protocol:
    """Return a version as the planner reads it; its content never changes, so it is asked once."""
    return protocol_of(ProtocolVersion.objects.get(pk=version_id))
