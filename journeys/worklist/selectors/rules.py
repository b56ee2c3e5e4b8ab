"""The label rules in force, and the centre's journeys that they would change."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from carttrack.accounts.models import Centre, User
from journeys.planning.models import Journey
from journeys.planning.selectors.previews import Preview
from journeys.planning.selectors.rules import (
    AffectedJourney,
    RuleChange,
    affected_journeys,
    rules_in_force,
)
from journeys.worklist.labels import rule_word
from journeys.worklist.selectors.patients import product_name


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One number of a label with its source and the days on which it holds."""

    product: str
    region: str
    what: str
    days: int
    valid_from: date
    valid_until: date | None  # the last day, inclusive
    is_ahead: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedRow:
    """One journey that the rules would change."""

    uid: uuid.UUID  # the patient's, for the read log
    journey_uid: uuid.UUID
    name: str
    product: str
    changes: tuple[RuleChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePreview:
    """What applying the rules does to one journey; `refusal` says why it cannot be."""

    row: AffectedRow
    preview: Preview | None = None
    refusal: str = ""
    is_done: bool = False


def rule_lines(*, region: str, today: date) -> tuple[RuleLine, ...]:
    """Return the rules of a region that hold or will hold."""
    return tuple(
        RuleLine(
            product=rule.product.name if rule.product else "",
            region=rule.get_region_display(),
            what=rule_word(rule.key),
            days=rule.days,
            valid_from=rule.valid_from,
            valid_until=date.fromordinal(rule.valid_to.toordinal() - 1) if rule.valid_to else None,
            is_ahead=rule.valid_from > today,
            source=rule.source,
        )
        for rule in rules_in_force(on=today).filter(region=region)
    )


def journeys_at(user: User, centre: Centre) -> QuerySet[Journey]:
    """Return the centre's journeys that the person may see."""
    return (
        Journey.objects.visible_to(user)
        .filter(centre=centre)
        .select_related("patient", "centre", "protocol_version__protocol__product")
    )


def affected_rows(user: User, centre: Centre, *, now: datetime) -> tuple[AffectedRow, ...]:
    """Return the centre's journeys that the rules on file would change, by the patient's name."""
    rows = (_row(found) for found in affected_journeys(journeys_at(user, centre), now=now))
    return tuple(sorted(rows, key=_by_name))


def chosen_rows(
    user: User, centre: Centre, journeys: Collection[Journey], *, now: datetime
) -> tuple[AffectedRow, ...]:
    """Return the chosen journeys; one that the rules no longer change has no changes."""
    chosen = journeys_at(user, centre).filter(pk__in=[journey.pk for journey in journeys])
    changed = {each.journey.pk: each for each in affected_journeys(chosen, now=now)}
    unchanged = {each.pk: AffectedJourney(journey=each, changes=()) for each in journeys}
    return tuple(sorted(map(_row, (unchanged | changed).values()), key=_by_name))


def _by_name(row: AffectedRow) -> str:
    return row.name


def _row(found: AffectedJourney) -> AffectedRow:
    return AffectedRow(
        uid=found.journey.patient.uid,
        journey_uid=found.journey.uid,
        name=found.journey.patient.full_name,
        product=product_name(found.journey),
        changes=found.changes,
    )
