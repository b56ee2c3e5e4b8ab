"""Planning: from a protocol and the facts to a dated plan that explains itself."""

from collections.abc import Iterable
from datetime import date

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.compiled import CompiledProtocol, compile_protocol, keys_asked_for
from journeys.planning.domain.core import CorePlanner
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.floating import floating, settled_points, suspend
from journeys.planning.domain.leaves import plan_leaf
from journeys.planning.domain.occurrences import Occurrence
from journeys.planning.domain.pauses import HeldDays, Pause, held_days
from journeys.planning.domain.placing import Placed, clock_of, undated
from journeys.planning.domain.planned import Plan, PlannedActivity, PlannedStage
from journeys.planning.domain.protocol import (
    LabelRule,
    LabelRules,
    Point,
    Protocol,
)
from journeys.planning.domain.reasons import Clause, Conflict, ConflictKind, Step, StepKind
from journeys.planning.domain.rules import rules_on
from journeys.planning.domain.tracks import elsewhere

__all__ = [
    "Clause",
    "Conflict",
    "ConflictKind",
    "Fact",
    "FactKind",
    "Pause",
    "Plan",
    "PlannedActivity",
    "PlannedStage",
    "Step",
    "StepKind",
    "make_plan",
]

# Day 0: label rules are those that hold on its day.
REFERENCE_POINT = "infusion"


def make_plan(
    protocol: Protocol,
    *,
    region: str,
    facts: Iterable[Fact],
    rules: LabelRules,
    open_days: OpenDays,
    today: date | None,
    pauses: Iterable[Pause] = (),
    held_since: date | None = None,
    track: str = "",
) -> Plan:
    """Date every activity and stage as far as the facts allow; facts themselves never move.

    The same arguments always give the same plan. What does not fit is a conflict in the plan, never
    an exception; the plan is complete all the same.

    On the way to the infusion, days of `pauses`, the holds that are over, count for no target and
    no upper limit. While a hold lasts (`held_since`), what is open has no day, save what counts
    from an infusion that happened.
    `track` is the follow-up track; empty is the protocol's first.

    Units:
        today: local calendar date at the centre; None plans without regard to the clock.
        held_since: local calendar date, the first day of the hold.

    Raises:
        UnknownPoint: a fact's point is not in the protocol for this region.
        UnknownTrack: the protocol has no such track.
        ValueError: two different facts for one point, or two pauses that overlap.
        MissingRule: no label rule holds on the day of the infusion.
        OverflowError: a date would lie outside the calendar.
    """
    track = protocol.track_or_first(track)
    keys = keys_asked_for(protocol, region, track)
    given = tuple(facts)
    names = _names_of_reference(protocol)
    infusion = next((fact for fact in given if fact.point in names), None)
    infused_on = infusion.on if infusion else None
    core_rules = rules_on(rules, keys, infused_on)
    held = _held(pauses, infusion)
    compiled = _with_facts(protocol, region, track, core_rules, given)
    by_point = _by_point(compiled, given)
    planner = CorePlanner(compiled, by_point, open_days, today, held)
    placed = planner.run()
    conflicts = list(planner.contradictions())
    days = planner.days
    leaves = compiled.leaves
    if days.get(REFERENCE_POINT) != infused_on:
        leaf_rules = rules_on(rules, keys, days.get(REFERENCE_POINT))
        leaves = _with_facts(protocol, region, track, leaf_rules, given).leaves
    clock = clock_of(today)
    for leaf in leaves:
        found = plan_leaf(leaf, days, by_point, open_days=open_days, clock=clock, held=held)
        if found is not None:
            placed[leaf.point] = found
            days[leaf.point] = found.day
    ordered = sorted((*compiled.core, *leaves), key=lambda occurrence: occurrence.order)
    conflicts += [c for o in ordered if o.point in placed for c in placed[o.point].conflicts]
    plan = Plan(
        activities=tuple(_activity(occurrence, placed) for occurrence in ordered),
        stages=tuple(
            PlannedStage(
                code=code,
                starts=days.get(start),
                ends=days.get(end),
                start_point=start,
                end_point=end,
            )
            for code, start, end in compiled.stages
        ),
        conflicts=tuple(conflicts),
    )
    if held_since is None:
        return plan
    settled = settled_points(by_point, REFERENCE_POINT)
    return suspend(plan, floating(ordered, by_point, settled), held_since)


def _held(pauses: Iterable[Pause], infusion: Fact | None) -> HeldDays:
    """Return the days on hold on the way to the infusion."""
    held = held_days(tuple(pauses))
    return held.before(infusion.on) if infusion and infusion.has_happened else held


def _names_of_reference(protocol: Protocol) -> set[str]:
    """Return every name of day 0, for before label rules are known no point can be looked up."""
    names = {REFERENCE_POINT, f"{REFERENCE_POINT}#1"}
    for stage in protocol.stages:
        names |= {f"{stage.code}.start"} if stage.starts_with in names else set()
        names |= {f"{stage.code}.end"} if stage.ends_with in names else set()
    return names


def _activity(occurrence: Occurrence, placed: dict[Point, Placed]) -> PlannedActivity:
    found = placed.get(occurrence.point)
    return found.activity if found else undated(occurrence)


def _with_facts(
    protocol: Protocol,
    region: str,
    track: str,
    rules: tuple[LabelRule, ...],
    facts: tuple[Fact, ...],
) -> CompiledProtocol:
    """Compile the protocol so that it has an occurrence for every fact.

    How often a check comes may be a label rule's number, and how often a visit comes the track's;
    when that number falls, what was already done stays in the plan.
    """
    compiled = compile_protocol(protocol, region=region, rules=rules, track=track)
    unknown = [fact.point for fact in facts if not compiled.names.knows(fact.point)]
    if not unknown:
        return compiled
    return compile_protocol(
        protocol,
        region=region,
        rules=rules,
        track=track,
        besides=elsewhere(protocol, region, unknown),
    )


def _by_point(compiled: CompiledProtocol, facts: tuple[Fact, ...]) -> dict[Point, Fact]:
    """Return the facts by point, whatever name they came under.

    Raises:
        UnknownPoint: a fact's point is not in the protocol.
        ValueError: two different facts for one point.
    """
    by_point: dict[Point, Fact] = {}
    for fact in facts:
        point = compiled.names.resolve(fact.point)
        named = fact if fact.point == point else Fact(point=point, on=fact.on, kind=fact.kind)
        if by_point.setdefault(point, named) != named:
            raise ValueError(f"two facts for {point}: {by_point[point].on} and {fact.on}")
    return by_point
