"""Journeys that cannot go on: a plan that does not fit, a hold that was to end by now."""

import json
import uuid
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import DateField, F, Func, OuterRef, QuerySet, Subquery, TextField, Value
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carttrack.prepared import TODAY, Asked, prepared
from carttrack.ui import dates
from journeys.planning.domain.states import HoldReason
from journeys.planning.models import Cycle, Journey
from journeys.planning.models.stuck import ASKS_FOR_A_DATE
from journeys.planning.selectors.wording import conflict_sentences
from journeys.planning.state_labels import HOLD_REASON_LABELS
from journeys.worklist.selectors.lines import protocol_of_version
from journeys.worklist.selectors.scope import Scope, active_journeys

# In the order of the fields of `Standstill`.
COLUMNS = (
    "pk",
    "uid",
    "patient__uid",
    "patient__given_name",
    "patient__family_name",
    "coordinator__name",
    "protocol_version_id",
    "conflict",
    "reason",
    "expected_on",
)


@dataclass(frozen=True, slots=True)
class Standstill:
    """One such journey; `conflict` is JSON and empty when it is held, for a `reason`."""

    pk: int
    journey_uid: uuid.UUID
    patient_uid: uuid.UUID
    given_name: str
    family_name: str
    coordinator: str
    version_id: int
    conflict: str
    reason: str
    expected_on: date | None

    @property
    def name(self) -> str:
        """Return the patient's name as it is spoken."""
        return f"{self.given_name} {self.family_name}"

    @property
    def is_held(self) -> bool:
        """Tell whether it is held; otherwise its plan does not fit."""
        return not self.conflict

    def sentence(self, *, today: date) -> str:
        """Say why the journey cannot go on."""
        if self.is_held:
            return self._of_hold(today)
        return _unfit(self.conflict, self.version_id, get_language())

    def _of_hold(self, today: date) -> str:
        expected = self.expected_on or today
        return _("%(reason)s: was to resume on %(day)s, %(ago)s") % {
            "reason": HOLD_REASON_LABELS[HoldReason(self.reason)],
            "day": dates.staff_day(expected, today=today),
            "ago": dates.relative_day(expected, today=today),
        }


class FirstConflict(Func):
    """The first of a cycle's conflicts that only a re-plan settles, as JSON."""

    template = f"jsonb_path_query_first(%(expressions)s, '{ASKS_FOR_A_DATE}')::text"
    output_field = TextField()


@lru_cache(maxsize=2048)
def _unfit(conflict: str, version_id: int, _language: str | None) -> str:
    """Put a conflict into words, once; a version's titles never change."""
    return conflict_sentences([json.loads(conflict)], protocol_of_version(version_id))[0]


def asked_for_standstill(scope: Scope) -> Asked:
    """Return the question for plans that do not fit, then holds that were to end by now."""
    query = _both(only_own=scope.only_own, number=scope.counted + 1)
    return query.asked(**scope.values)


@prepared
def _both(*, only_own: bool, number: int) -> "QuerySet[Journey, Any]":
    """Ask for at most a `number` of each; plans that do not fit have no day to resume."""
    found = active_journeys(only_own=only_own)
    stuck = _stuck(found).order_by("pk").values_list(*COLUMNS)[:number]
    held = _held_too_long(found).order_by("holds__expected_on", "pk").values_list(*COLUMNS)[:number]
    return stuck.union(held, all=True).order_by(F("expected_on").asc(nulls_first=True), "pk")


def _stuck(found: QuerySet[Journey]) -> QuerySet[Journey]:
    """Keep plans that do not fit; a window that only passed shows as overdue already."""
    latest = Cycle.objects.filter(journey=OuterRef("pk")).order_by("-number")
    return found.filter(is_stuck=True).annotate(
        conflict=Subquery(latest.values(first=FirstConflict("conflicts"))[:1]),
        reason=Value(""),
        expected_on=Value(None, DateField()),
    )


def _held_too_long(found: QuerySet[Journey]) -> QuerySet[Journey]:
    """Keep those that somebody meant to resume by now; nobody holds a journey twice."""
    return found.filter(holds__until_on__isnull=True, holds__expected_on__lt=TODAY).annotate(
        conflict=Value("", TextField()),
        reason=F("holds__reason"),
        expected_on=F("holds__expected_on"),
    )
