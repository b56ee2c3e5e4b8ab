"""Which journeys a label rule on file would change, if they were planned anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from journeys.planning.domain.protocol import ActivityDefinition, Protocol, RuleValue
from journeys.planning.domain.states import OPEN_STATES, JourneyStatus
from journeys.planning.models import Activity, Journey, LabelRule
from journeys.planning.selectors.wording import title_of
from journeys.planning.workspace import (
    Workspace,
    centre_today,
    compute,
    facts,
    load_all,
    unasked,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One activity whose day a label rule decides, as it is stored and as the rules now say."""

    title: str
    kind: str
    before: date | None
    after: date | None  # None: no longer asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedJourney:
    """One journey that the rules on file would change."""

    journey: Journey
    changes: tuple[RuleChange, ...]


def rules_in_force(*, on: date) -> QuerySet[LabelRule]:
    """Return every label rule that holds or will hold, by product, region and key."""
    held = LabelRule.objects.filter(valid_to=None) | LabelRule.objects.filter(valid_to__gt=on)
    return held.select_related("product").order_by("product__name", "region", "key", "valid_from")


def affected_journeys(journeys: QuerySet[Journey], *, now: datetime) -> tuple[AffectedJourney, ...]:
    """Return which of the active journeys the rules on file would change, and how.

    The number of queries does not depend on the number of journeys.
    """
    found = []
    for space in load_all(journeys.filter(status=JourneyStatus.ACTIVE).order_by("pk")):
        changes = tuple(_changes(space, today=centre_today(space.journey.centre, now=now)))
        if changes:
            found.append(AffectedJourney(journey=space.journey, changes=changes))
    return tuple(found)


def _changes(space: Workspace, *, today: date) -> Iterator[RuleChange]:
    ruled = _ruled_codes(space.protocol)
    plan = compute(space, facts(space, released=unasked(space, today=today)), today=today)
    planned = {each.point: each for each in plan.activities if each.code in ruled}
    for point, activity in space.activities.items():
        if activity.code not in ruled or activity.state not in OPEN_STATES:
            continue
        after = planned.get(point)
        target = after.target if after else None
        if target != activity.target_on:
            yield _change(activity, after=target)


def _change(activity: Activity, *, after: date | None) -> RuleChange:
    return RuleChange(
        title=title_of(activity), kind=activity.kind, before=activity.target_on, after=after
    )


def _ruled_codes(protocol: Protocol) -> frozenset[str]:
    """Return the activities whose place or number a label rule gives."""
    return frozenset(
        definition.code
        for definition in protocol.activities
        if any(isinstance(value, RuleValue) for value in _numbers(definition))
    )


def _numbers(definition: ActivityDefinition) -> tuple[object, ...]:
    return (definition.offset, definition.repeat.count if definition.repeat else None)
