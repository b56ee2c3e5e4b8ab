"""Shortest distances the slow and simple way, to check the planner against."""

from journeys.planning.domain.network import UNBOUNDED


def shortest(size, arcs):
    """Return all distances by Floyd and Warshall; `arcs` are start, end, days."""
    reach = [[0 if a == b else UNBOUNDED for b in range(size)] for a in range(size)]
    for start, end, days in arcs:
        reach[start][end] = min(reach[start][end], days)
    for via in range(size):
        for a in range(size):
            for b in range(size):
                reach[a][b] = min(reach[a][b], reach[a][via] + reach[via][b])
    return reach
