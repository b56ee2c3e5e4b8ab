"""The network when the clock was stopped for a time: how far a limit reaches depends on its day.

Every edge becomes a function of the day that keeps the order of days, and `HeldDays.earlier` undoes
`HeldDays.later`. So the tightest bounds from one dated point are again shortest paths, what lies
inside the bounds of all dated points can be completed to a plan, and no cycle can turn negative,
because a hold only ever makes a limit longer.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from journeys.planning.domain.network import UNBOUNDED, Edge, Network
from journeys.planning.domain.pauses import HeldDays


class PausedNetwork(Network):
    """A network whose days on hold do not count for what may lie at most so far apart."""

    def __init__(self, network: Network, held: HeldDays) -> None:
        super().__init__(network.size, network.edges)
        self._held = held
        self._reached: dict[tuple[int, int, bool], tuple[list[int], dict[int, Edge]]] = {}

    def without(self, edge: Edge) -> Network:
        """Return the network with this edge left out."""
        return PausedNetwork(super().without(edge), self._held)

    def latest_after(self, source: int, day: int) -> list[int]:
        """Return every point's latest day when `source` lies on `day`."""
        return self._reach(source, day, forwards=True)[0]

    def earliest_before(self, target: int, day: int) -> list[int]:
        """Return every point's earliest day when `target` lies on `day`."""
        return self._reach(target, day, forwards=False)[0]

    def path_after(self, source: int, day: int, target: int) -> tuple[Edge, ...]:
        """Return the edges that limit `target` when `source` lies on `day`, stretched."""
        by = self._reach(source, day, forwards=True)[1]
        edges: list[Edge] = []
        while target != source and target in by:
            edges.append(by[target])
            target = by[target].start
        return self.stretched(tuple(reversed(edges)), day)

    def path_before(self, target: int, day: int, source: int) -> tuple[Edge, ...]:
        """Return the edges that limit `source` when `target` lies on `day`, stretched."""
        reached, by = self._reach(target, day, forwards=False)
        edges: list[Edge] = []
        while source != target and source in by:
            edge = by[source]
            edges.append(_stretched(edge, reached[edge.end] - reached[source]))
            source = edge.end
        return tuple(edges)

    def stretched(self, path: tuple[Edge, ...], day: int) -> tuple[Edge, ...]:
        """Return the edges of a path as long as they are when it starts on `day`."""
        edges: list[Edge] = []
        for edge in path:
            own = edge.of or edge
            reaches = self._held.later(day, own.days)
            edges.append(_stretched(own, reaches - day))
            day = reaches
        return tuple(edges)

    def window(self, point: int, days: Mapping[int, int]) -> tuple[int, int]:
        """Return the earliest and latest day of a point that other points' days leave it."""
        others = [(other, day) for other, day in days.items() if other != point]
        latest = (self.latest_after(other, day)[point] for other, day in others)
        earliest = (self.earliest_before(other, day)[point] for other, day in others)
        return max(earliest, default=-UNBOUNDED), min(latest, default=UNBOUNDED)

    def _reach(self, origin: int, day: int, *, forwards: bool) -> tuple[list[int], dict[int, Edge]]:
        """Find the latest (or earliest) day of every point from one point's day; kept."""
        key = (origin, day, forwards)
        if key not in self._reached:
            self._reached[key] = self._walk(origin, day, forwards=forwards)
        return self._reached[key]

    def _walk(self, origin: int, day: int, *, forwards: bool) -> tuple[list[int], dict[int, Edge]]:
        links = self._leaving if forwards else self._arriving
        sign = 1 if forwards else -1
        days = [sign * UNBOUNDED] * self.size
        by: dict[int, Edge] = {}
        days[origin] = day
        queue = deque([origin])
        while queue:
            here = queue.popleft()
            for edge in links[here]:
                if forwards:
                    there, found = edge.end, self._held.later(days[here], edge.days)
                else:
                    there, found = edge.start, self._held.earlier(days[here], edge.days)
                if sign * found < sign * days[there]:
                    days[there] = found
                    by[there] = edge
                    if there not in queue:
                        queue.append(there)
        return days, by


def _stretched(edge: Edge, days: int) -> Edge:
    """Return the edge with as many days as lie between its ends, and its clause with the same."""
    held = days - edge.days
    if not held:
        return edge
    signed = days if edge.clause.bound == "max" else -days
    return Edge(
        edge.start,
        edge.end,
        days,
        replace(edge.clause, days=signed, held=held),
        edge.is_window,
        of=edge,
    )
