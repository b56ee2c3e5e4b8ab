"""The label rules in force, and the centre's journeys that they would change."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from carttrack.accounts.models import Centre, User
from journeys.planning.models import Journey
from journeys.planning.selectors.rules import (
    AffectedJourney,
    RuleChange,
    affected_journeys,
    rules_in_force,
)
from journeys.planning.services import Proposal
from journeys.worklist.labels import rule_word
from journeys.worklist.selectors.patients import product_name
from journeys.worklist.selectors.previews import Preview, preview_of


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


def affected_rows(
    user: User, centre: Centre, *, now: datetime, only: Collection[str] = ()
) -> tuple[AffectedRow, ...]:
    """Return the centre's journeys that the rules on file would change, by the patient's name."""
    journeys = Journey.objects.visible_to(user).filter(centre=centre)
    if only:
        journeys = journeys.filter(uid__in=only)
    journeys = journeys.select_related("protocol_version__protocol__product")
    rows = (_row(found) for found in affected_journeys(journeys, now=now))
    return tuple(sorted(rows, key=lambda row: row.name))


def rule_preview(row: AffectedRow, journey: Journey, proposal: Proposal) -> RulePreview:
    """Return the preview of applying the rules to one journey."""
    return RulePreview(row=row, preview=preview_of(proposal, journey))


def _row(found: AffectedJourney) -> AffectedRow:
    return AffectedRow(
        uid=found.journey.patient.uid,
        journey_uid=found.journey.uid,
        name=found.journey.patient.full_name,
        product=product_name(found.journey),
        changes=found.changes,
    )
