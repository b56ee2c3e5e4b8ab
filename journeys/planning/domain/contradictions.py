"""Facts against limits: find what excludes each other, explain it, and go on without one limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.network import Edge, Network
from journeys.planning.domain.reasons import Clause

# Which of two facts a person would rather move: a booking before a promise, and history never.
MOVES_FIRST = (FactKind.BOOKED, FactKind.LOCKED, FactKind.EXPECTED, FactKind.HAPPENED)

# Facts on points of the core, by the point's index.
Pins = Mapping[int, Fact]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Two facts further apart than the path of limits between them allows."""

    start: int
    end: int
    path: tuple[Edge, ...]


def settle(network: Network, pins: Pins) -> tuple[Network, tuple[Misfit, ...]]:
    """Return a network that the facts fit into, and every two facts that did not fit.

    Each misfit costs one limit, for facts never give way. Where several ways lead from one fact to
    the other, only one is told: the one that the protocol has words for and, between what happened,
    before all the one that leaves something open without a day.
    """
    misfits: dict[frozenset[int], Misfit] = {}
    while (misfit := _first_misfit(network, pins)) is not None:
        pair = frozenset((misfit.start, misfit.end))
        if pair not in misfits or _weight(misfit, pins) > _weight(misfits[pair], pins):
            misfits[pair] = misfit
        network = network.without(_weakest(misfit.path))
    return network, tuple(misfits.values())


def misfit_clauses(misfit: Misfit, pins: Pins) -> tuple[Clause, ...]:
    """Return the facts and limits that exclude each other, in the order of time."""
    ends = (pins[misfit.start], pins[misfit.end])
    path = [edge.clause for edge in misfit.path]
    if ends[1].on < ends[0].on:
        return (fact_clause(ends[1]), *reversed(path), fact_clause(ends[0]))
    return (fact_clause(ends[0]), *path, fact_clause(ends[1]))


def fact_clause(fact: Fact) -> Clause:
    """Return the fact as a clause."""
    return Clause(bound="fact", later=fact.point, on=fact.on, fact=fact.kind)


def to_move(misfit: Misfit, pins: Pins) -> int:
    """Return the one of the two facts that a person would rather move; of equals the later."""

    def preference(point: int) -> tuple[int, int]:
        fact = pins[point]
        return MOVES_FIRST.index(fact.kind), -fact.on.toordinal()

    return min((misfit.end, misfit.start), key=preference)


def _first_misfit(network: Network, pins: Pins) -> Misfit | None:
    """Return the first two facts that exclude each other, in the order of time."""
    days = {point: fact.on.toordinal() for point, fact in pins.items()}
    in_time = sorted(days, key=lambda point: (days[point], point))
    latest = {start: network.latest_after(start, days[start]) for start in in_time}
    for end in in_time:
        for start in in_time:
            if days[end] > latest[start][end]:
                path = network.path_after(start, days[start], end)
                return _shortest_part(network, path, days)
    return None


def _shortest_part(network: Network, path: tuple[Edge, ...], days: Mapping[int, int]) -> Misfit:
    """Return the part between two neighbouring facts of the path that is already too short.

    If every part between facts were long enough, so would be the whole.
    """
    cuts = [place for place, edge in enumerate(path, start=1) if edge.end in days]
    parts = [
        network.stretched(path[begin:end], days[path[begin].start])
        for begin, end in pairwise((0, *cuts))
    ]
    return next(
        Misfit(part[0].start, part[-1].end, part)
        for part in parts
        if days[part[-1].end] - days[part[0].start] > sum(edge.days for edge in part)
    )


def _weakest(path: tuple[Edge, ...]) -> Edge:
    """Return the limit to pass over.

    A constraint's before an activity's own window, so that what hangs together stays together; then
    an upper limit, the latest in time.
    """
    between = [edge for edge in path if not edge.is_window] or path
    upper = [edge for edge in between if edge.clause.bound == "max"]
    return upper[-1] if upper else between[0]


def _weight(misfit: Misfit, pins: Pins) -> tuple[bool, bool]:
    is_over = {pins[misfit.start].kind, pins[misfit.end].kind} == {FactKind.HAPPENED}
    has_words = any(edge.clause.why for edge in misfit.path)
    return is_over and len(misfit.path) > 1, has_words
