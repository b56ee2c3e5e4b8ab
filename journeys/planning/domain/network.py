"""A simple temporal network: points, and the least and most days allowed between them.

An edge from u to v of weight w says "v at most w days after u". Shortest paths are the tightest
such bounds that all constraints together imply, and the edges on the path are the reason. Because
these distances are minimal, pinning a point needs no search: it only tightens each point's bounds
by the distance from and to the pin, and whatever lies inside them can be completed to a plan.

Source: Dechter R, Meiri I, Pearl J. Temporal constraint networks. Artificial Intelligence
1991;49:61-95, sections 2 and 3. doi:10.1016/0004-3702(91)90006-6
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from journeys.planning.domain.reasons import Clause

# Further away than any two dates: no bound at all.
UNBOUNDED = 10**9
_FINITE = 10**8


@dataclass(frozen=True, slots=True)
class Edge:
    """`end` lies at most `days` after `start`; both are indexes of points.

    `is_window`: an activity sets the limit for itself, where others come from a constraint.
    `of`: the edge as the network has it, when days on hold have stretched this one.
    """

    start: int
    end: int
    days: int
    clause: Clause
    is_window: bool = False
    of: "Edge | None" = None


class Contradiction(ValueError):
    """Constraints that exclude each other whatever the dates; `cycle` are the edges that do."""

    def __init__(self, cycle: tuple[Edge, ...]) -> None:
        self.cycle = cycle
        super().__init__("the constraints contradict each other")


def is_bound(days: int) -> bool:
    """Tell whether a distance or a bound is a real one."""
    return -_FINITE < days < _FINITE


class Network:
    """Points and edges, with the shortest distances worked out once and kept.

    Raises:
        Contradiction: the edges exclude each other.
    """

    def __init__(self, size: int, edges: Iterable[Edge]) -> None:
        self.size = size
        self.edges = tuple(edges)
        self._leaving: list[list[Edge]] = [[] for _ in range(size)]
        self._arriving: list[list[Edge]] = [[] for _ in range(size)]
        for edge in self.edges:
            self._leaving[edge.start].append(edge)
            self._arriving[edge.end].append(edge)
        self._from: dict[int, list[int]] = {}
        self._to: dict[int, list[int]] = {}
        self._check()

    def without(self, edge: Edge) -> "Network":
        """Return the network with this edge left out."""
        left_out = edge.of or edge
        return Network(self.size, (other for other in self.edges if other is not left_out))

    def distances_from(self, source: int) -> list[int]:
        """Return for every point how many days after `source` it lies at most.

        Units:
            calendar days; UNBOUNDED where nothing limits it.
        """
        distances = self._from.get(source)
        if distances is None:
            distances = self._from[source] = self._search(source, forwards=True)[0]
        return distances

    def distances_to(self, target: int) -> list[int]:
        """Return for every point how many days before `target` it lies at least, negated.

        In other words: `target` lies at most that many days after the point.
        """
        distances = self._to.get(target)
        if distances is None:
            distances = self._to[target] = self._search(target, forwards=False)[0]
        return distances

    def latest_after(self, source: int, day: int) -> list[int]:
        """Return every point's latest day when `source` lies on `day`; `is_bound` tells a real one.

        Units:
            days: proleptic Gregorian ordinals, as `date.toordinal` counts them.
        """
        return [day + days for days in self.distances_from(source)]

    def earliest_before(self, target: int, day: int) -> list[int]:
        """Return every point's earliest day when `target` lies on `day`."""
        return [day - days for days in self.distances_to(target)]

    def path_after(self, source: int, day: int, target: int) -> tuple[Edge, ...]:
        """Return the edges that limit `target` when `source` lies on `day`."""
        return self.path(source, target)

    def path_before(self, target: int, day: int, source: int) -> tuple[Edge, ...]:
        """Return the edges that limit `source` when `target` lies on `day`."""
        return self.path(source, target)

    def stretched(self, path: tuple[Edge, ...], day: int) -> tuple[Edge, ...]:
        """Return the edges of a path as long as they are when it starts on `day`."""
        return path

    def path(self, source: int, target: int) -> tuple[Edge, ...]:
        """Return the edges that together limit `target` after `source`; empty when nothing does."""
        by = self._search(source, forwards=True)[1]
        edges: list[Edge] = []
        while target != source and target in by:
            edges.append(by[target])
            target = by[target].start
        return tuple(reversed(edges))

    def window(self, point: int, days: Mapping[int, int]) -> tuple[int, int]:
        """Return the earliest and latest day of a point that other points' days leave it."""
        earliest, latest = -UNBOUNDED, UNBOUNDED
        after, before = self.distances_to(point), self.distances_from(point)
        for other, day in days.items():
            if other != point:
                latest = min(latest, day + after[other])
                earliest = max(earliest, day - before[other])
        return earliest, latest

    def _search(self, origin: int, *, forwards: bool) -> tuple[list[int], dict[int, Edge]]:
        """Find the shortest distances from (or to) one point with a work queue."""
        links = self._leaving if forwards else self._arriving
        distances = [UNBOUNDED] * self.size
        by: dict[int, Edge] = {}
        distances[origin] = 0
        queue, waiting = deque([origin]), {origin}
        while queue:
            here = queue.popleft()
            waiting.discard(here)
            for edge in links[here]:
                there = edge.end if forwards else edge.start
                if distances[here] + edge.days < distances[there]:
                    distances[there] = distances[here] + edge.days
                    by[there] = edge
                    if there not in waiting:
                        waiting.add(there)
                        queue.append(there)
        return distances, by

    def _check(self) -> None:
        """Bellman and Ford from everywhere at once: what shrinks after n rounds is on a cycle."""
        distances = [0] * self.size
        by: dict[int, Edge] = {}
        changed: int | None = None
        for _ in range(self.size):
            changed = None
            for edge in self.edges:
                if distances[edge.start] + edge.days < distances[edge.end]:
                    distances[edge.end] = distances[edge.start] + edge.days
                    by[edge.end] = edge
                    changed = edge.end
            if changed is None:
                return
        if changed is not None:
            raise Contradiction(_cycle(by, changed))


def _cycle(by: dict[int, Edge], point: int) -> tuple[Edge, ...]:
    """Walk back along the edges until they close, and return the closed part in its own order."""
    seen: dict[int, int] = {}
    walked: list[Edge] = []
    while point not in seen:
        seen[point] = len(walked)
        walked.append(by[point])
        point = by[point].start
    return tuple(reversed(walked[seen[point] :]))


class Bounds:
    """The earliest and latest day of every point while points get pinned one after the other.

    Units:
        days: proleptic Gregorian ordinals, as `date.toordinal` counts them.
    """

    __slots__ = ("_network", "earliest", "earliest_by", "latest", "latest_by")

    def __init__(self, network: Network) -> None:
        self._network = network
        self.earliest = [-_FINITE] * network.size
        self.latest = [_FINITE] * network.size
        self.earliest_by = [-1] * network.size
        self.latest_by = [-1] * network.size

    def pin(self, point: int, day: int) -> None:
        """Fix a point's day and tighten every other point's bounds by it."""
        latest, latest_by = self.latest, self.latest_by
        for other, found in enumerate(self._network.latest_after(point, day)):
            if found < latest[other]:
                latest[other] = found
                latest_by[other] = point
        earliest, earliest_by = self.earliest, self.earliest_by
        for other, found in enumerate(self._network.earliest_before(point, day)):
            if found > earliest[other]:
                earliest[other] = found
                earliest_by[other] = point
