"""What checking and trying a draft both need: label rules, open days, texts, problems."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import product

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from carttrack.accounts.models import Centre, ClosedDay
from journeys.authoring.domain.completeness import Gap, gaps, once, overlaps
from journeys.authoring.domain.trials import Surroundings, usual_plan
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.lint import lint_protocol
from journeys.planning.domain.problems import Problem, ProblemKind
from journeys.planning.domain.protocol import LabelRule, LabelRules, Protocol
from journeys.planning.models import LabelRule as LabelRuleRow
from notifications.selectors.samples import LANGUAGES, sample_of

# Overlaps do not depend on the day: any referral shows them, on days that are all open.
SAMPLE_DAY = date(2026, 1, 5)
ALWAYS_OPEN = OpenDays(closed_weekdays=frozenset(), closed={})
FALLBACK = "en"
Finding = Problem | Gap


def rules_by_region(product_id: int | None, regions: Iterable[str]) -> dict[str, LabelRules]:
    """Return every dated label rule of a product, by region and key, in one query."""
    found: dict[str, dict[str, tuple[LabelRule, ...]]] = {region: {} for region in regions}
    rows = LabelRuleRow.objects.filter(product=product_id, region__in=list(found))
    for row in rows.order_by("key", "valid_from"):
        rule = LabelRule(
            key=row.key,
            days=row.days,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            source=row.source,
        )
        values = found[row.region].get(row.key, ())
        found[row.region][row.key] = (*values, rule)
    return {region: dict(rules) for region, rules in found.items()}


def open_days_at(centre: Centre) -> OpenDays:
    """Return the centre's open days as they are stored now."""
    closed = ClosedDay.objects.filter(centre=centre).values_list("on", "name")
    return OpenDays(closed_weekdays=frozenset(centre.closed_weekdays), closed=dict(closed))


def problems_of(protocol: Protocol, *, product_id: int | None) -> tuple[Finding, ...]:
    """Return all that keeps a protocol from being published, each once, in one query."""
    return problems_with(protocol, rules_by_region(product_id, protocol.regions))


def problems_with(protocol: Protocol, rules: dict[str, LabelRules]) -> tuple[Finding, ...]:
    """Return all that keeps a protocol from being published, under the given label rules."""
    linted: dict[tuple[ProblemKind, object], Problem] = {}
    for region in protocol.regions:
        for problem in lint_protocol(protocol, rules[region], region=region):
            linted.setdefault((problem.kind, problem.key), problem)
    missing = gaps(protocol, has_text=has_text, is_neutral=is_neutral)
    if linted:  # what cannot be planned has no windows to compare
        return (*linted.values(), *once(missing))
    return once((*missing, *_overlaps(protocol, rules)))


@cache
def has_text(kind: str, channel: str) -> bool:
    """Tell whether there is a text for a kind of message on a channel."""
    try:
        get_template(f"notifications/{kind}/{channel}.{FALLBACK}.txt")
    except TemplateDoesNotExist:
        return False
    return True


@cache
def is_neutral(kind: str, channel: str) -> bool:
    """Tell whether the texts of a kind on a channel give nothing away, in any language."""
    return not any(sample_of(kind, channel, language).words for language in LANGUAGES)


def _overlaps(protocol: Protocol, rules: dict[str, LabelRules]) -> Iterator[Gap]:
    tracks = [track.code for track in protocol.tracks] or [""]
    for region, track in product(protocol.regions, tracks):
        given = Surroundings(
            region=region,
            referred_on=SAMPLE_DAY,
            rules=rules[region],
            open_days=ALWAYS_OPEN,
            track=track,
        )
        yield from overlaps(protocol, usual_plan(protocol, given))
