"""The temporal network against brute force: Floyd and Warshall on random networks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.planning.domain.network import (
    UNBOUNDED,
    Bounds,
    Contradiction,
    Edge,
    Network,
    is_bound,
)
from journeys.planning.domain.reasons import Clause

many = settings(max_examples=150, deadline=None)
SIZE = 6


@st.composite
def edge_lists(draw):
    return [
        Edge(
            draw(st.integers(0, SIZE - 1)),
            draw(st.integers(0, SIZE - 1)),
            draw(st.integers(-6, 25)),
            Clause(bound="max", why=str(number)),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


def shortest(edges):
    """Return all distances the slow and simple way."""
    reach = [[0 if a == b else UNBOUNDED for b in range(SIZE)] for a in range(SIZE)]
    for edge in edges:
        reach[edge.start][edge.end] = min(reach[edge.start][edge.end], edge.days)
    for via in range(SIZE):
        for a in range(SIZE):
            for b in range(SIZE):
                reach[a][b] = min(reach[a][b], reach[a][via] + reach[via][b])
    return reach


def is_contradictory(edges):
    reach = shortest(edges)
    return any(reach[a][a] < 0 for a in range(SIZE))


@many
@given(edge_lists())
def test_distances_agree_with_brute_force(edges):
    reach = shortest(edges)
    if is_contradictory(edges):
        with pytest.raises(Contradiction):
            Network(SIZE, edges)
        return
    network = Network(SIZE, edges)

    for a in range(SIZE):
        for b in range(SIZE):
            if is_bound(reach[a][b]):
                assert network.distances_from(a)[b] == reach[a][b]
                assert network.distances_to(b)[a] == reach[a][b]
                assert sum(edge.days for edge in network.path(a, b)) == reach[a][b]
            else:
                assert not is_bound(network.distances_from(a)[b])
                assert network.path(a, b) == ()


@many
@given(edge_lists())
def test_a_contradiction_is_a_circle_too_short_to_go_round(edges):
    try:
        Network(SIZE, edges)
    except Contradiction as contradiction:
        cycle = contradiction.cycle
        assert sum(edge.days for edge in cycle) < 0
        for edge, following in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
            assert edge.end == following.start
        assert len({edge.start for edge in cycle}) == len(cycle)


@many
@given(edge_lists(), st.dictionaries(st.integers(0, SIZE - 1), st.integers(700_000, 700_060)))
def test_bounds_agree_with_brute_force_when_points_get_pinned_one_by_one(edges, pins):
    origin = SIZE
    grown = [(edge.start, edge.end, edge.days) for edge in edges]
    for point, day in pins.items():
        grown += [(origin, point, day), (point, origin, -day)]
    reach = [[0 if a == b else UNBOUNDED for b in range(SIZE + 1)] for a in range(SIZE + 1)]
    for start, end, days in grown:
        reach[start][end] = min(reach[start][end], days)
    for via in range(SIZE + 1):
        for a in range(SIZE + 1):
            for b in range(SIZE + 1):
                reach[a][b] = min(reach[a][b], reach[a][via] + reach[via][b])
    if any(reach[a][a] < 0 for a in range(SIZE + 1)):
        return
    network = Network(SIZE, edges)
    bounds = Bounds(network)
    for point, day in pins.items():
        bounds.pin(point, day)

    for point in range(SIZE):
        if is_bound(reach[origin][point]):
            assert bounds.latest[point] == reach[origin][point]
            assert bounds.latest_by[point] in pins
        else:
            assert not is_bound(bounds.latest[point])
        if is_bound(reach[point][origin]):
            assert bounds.earliest[point] == -reach[point][origin]
            assert bounds.earliest_by[point] in pins
        else:
            assert not is_bound(bounds.earliest[point])
        others = {other: day for other, day in pins.items() if other != point}
        if point not in pins:
            assert network.window(point, others)[1] == bounds.latest[point] or not is_bound(
                bounds.latest[point]
            )


def test_leaving_an_edge_out_loosens_the_network():
    edge = Edge(0, 1, 5, Clause(bound="max"))
    network = Network(2, [edge])

    assert network.distances_from(0) == [0, 5]
    assert not is_bound(network.without(edge).distances_from(0)[1])


def test_a_network_without_points_is_fine():
    assert Network(0, []).edges == ()
