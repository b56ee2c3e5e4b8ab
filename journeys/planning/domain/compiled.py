"""A protocol made ready for planning in one region, under one set of label rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from journeys.planning.domain.limits import activity_edges, constraint_edges
from journeys.planning.domain.network import Network
from journeys.planning.domain.occurrences import Occurrence, numbers, occurrences
from journeys.planning.domain.points import PointNames
from journeys.planning.domain.protocol import Constraint, LabelRule, Point, Protocol
from journeys.planning.domain.rules import applies, rule_keys

# A process plans with a handful of protocols; a version or a rule that changed takes a new place.
KEPT = 128


class AnchorLoop(ValueError):
    """Activities are anchored on each other in a circle."""

    def __init__(self, points: Iterable[Point]) -> None:
        self.points = tuple(points)
        super().__init__(f"anchored in a circle: {', '.join(self.points)}")


@dataclass(frozen=True, slots=True)
class Link:
    """A neighbour along an anchor: this point lies `offset` after it (before it, if negative)."""

    point: Point
    offset: int
    occurrence: Occurrence  # whose offset it is


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledProtocol:
    """The core, whose points depend on each other, and the leaves, which only hang on it.

    `core` comes in the order of anchors, `leaves` in the order of their floors.
    """

    names: PointNames
    core: tuple[Occurrence, ...]
    leaves: tuple[Occurrence, ...]
    index: dict[Point, int]
    links: dict[Point, tuple[Link, ...]]
    network: Network
    stages: tuple[tuple[str, Point, Point], ...]


class _ByIdentity:
    """Lets a protocol, whose texts make it unhashable, be a key of the cache."""

    __slots__ = ("protocol",)

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol

    def __hash__(self) -> int:
        return id(self.protocol)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.protocol is self.protocol


def compile_protocol(
    protocol: Protocol,
    *,
    region: str,
    rules: tuple[LabelRule, ...],
    track: str = "",
    besides: tuple[tuple[str, int], ...] = (),
) -> CompiledProtocol:
    """Make a protocol ready; the same protocol object, region, rules and track are compiled once.

    `besides` keeps occurrences, by code and number, that a label rule or a track does not ask for
    but for which there are facts.

    Raises:
        UnknownPoint, AnchorLoop, NotInDays, Contradiction: `lint_protocol` names the place.
        KeyError: a label rule is missing.
    """
    return _compiled(_ByIdentity(protocol), region, rules, track, besides)


def keys_asked_for(protocol: Protocol, region: str, track: str) -> frozenset[str]:
    """Return the keys of the label rules that the protocol asks for; looked up once."""
    return _keys(_ByIdentity(protocol), region, track)


@lru_cache(maxsize=KEPT)
def _keys(key: _ByIdentity, region: str, track: str) -> frozenset[str]:
    return rule_keys(key.protocol, region, track)


@lru_cache(maxsize=KEPT)
def _compiled(
    key: _ByIdentity,
    region: str,
    rules: tuple[LabelRule, ...],
    track: str,
    besides: tuple[tuple[str, int], ...],
) -> CompiledProtocol:
    protocol = key.protocol
    by_key = {rule.key: rule for rule in rules}
    numbers_of = numbers(protocol, region, track, by_key)
    for code, number in besides:
        numbers_of[code] = sorted({*numbers_of.get(code, ()), number})
    names = PointNames(numbers_of, protocol.stages)
    ordered = tuple(occurrences(protocol, names, numbers_of, by_key))
    constraints = [c for c in protocol.constraints if applies(c.regions, region)]
    hung_on = core_codes(ordered, constraints, names)
    core = _sorted([o for o in ordered if o.code in hung_on], _by_anchor)
    index = {occurrence.point: place for place, occurrence in enumerate(core)}
    edges = [
        *(edge for occurrence in core for edge in activity_edges(occurrence, index)),
        *(edge for c in constraints for edge in constraint_edges(c, names, index, by_key)),
    ]
    return CompiledProtocol(
        names=names,
        core=core,
        leaves=_sorted([o for o in ordered if o.code not in hung_on], _by_floors),
        index=index,
        links=_links(core),
        network=Network(len(core), edges),
        stages=tuple(
            (stage.code, names.resolve(stage.starts_with), names.resolve(stage.ends_with))
            for stage in protocol.stages
        ),
    )


def core_codes(
    ordered: tuple[Occurrence, ...], constraints: list[Constraint], names: PointNames
) -> set[str]:
    """Return the codes that something hangs on: other activities' anchors, or a constraint."""
    code_of = {occurrence.point: occurrence.code for occurrence in ordered}
    core = {code_of[occurrence.anchor] for occurrence in ordered if occurrence.anchor}
    for constraint in constraints:
        core |= {code_of[names.resolve(end)] for end in (constraint.earlier, constraint.later)}
    growing = True
    while growing:  # a floor under a core point makes its own anchor part of the core
        read = {
            code_of[floor.anchor]
            for occurrence in ordered
            if occurrence.code in core
            for floor in occurrence.floors
        }
        growing = not read <= core
        core |= read
    return core


def _by_anchor(occurrence: Occurrence) -> tuple[Point, ...]:
    return (occurrence.anchor,) if occurrence.anchor else ()


def _by_floors(occurrence: Occurrence) -> tuple[Point, ...]:
    return tuple(floor.anchor for floor in occurrence.floors)


def _sorted(
    chosen: list[Occurrence], before: Callable[[Occurrence], tuple[Point, ...]]
) -> tuple[Occurrence, ...]:
    """Sort so that each occurrence comes after those it is dated from.

    Raises:
        AnchorLoop: that is impossible.
    """
    by_point = {occurrence.point: occurrence for occurrence in chosen}
    sorter = TopologicalSorter(
        {o.point: [point for point in before(o) if point in by_point] for o in chosen}
    )
    try:
        return tuple(by_point[point] for point in sorter.static_order())
    except CycleError as error:
        raise AnchorLoop(error.args[1]) from error


def _links(core: tuple[Occurrence, ...]) -> dict[Point, tuple[Link, ...]]:
    """Return each point's neighbours along anchors: its own anchor first, then what hangs on it."""
    links: dict[Point, list[Link]] = {occurrence.point: [] for occurrence in core}
    for occurrence in core:
        if occurrence.anchor:
            days = occurrence.offset.days
            links[occurrence.point].insert(0, Link(occurrence.anchor, days, occurrence))
            links[occurrence.anchor].append(Link(occurrence.point, -days, occurrence))
    return {point: tuple(neighbours) for point, neighbours in links.items()}
