"""The temporal network against brute force: Floyd and Warshall on random networks."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from journeys.planning.domain.network import (
    Bounds,
    Contradiction,
    Edge,
    Network,
    is_bound,
)
from journeys.planning.domain.reasons import Clause
from tests.planning.domain.brute_force import shortest

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


def arcs_of(edges):
    return [(edge.start, edge.end, edge.days) for edge in edges]


def is_contradictory(edges):
    reach = shortest(SIZE, arcs_of(edges))
    return any(reach[a][a] < 0 for a in range(SIZE))


@many
@given(edge_lists())
def test_distances_agree_with_brute_force(edges):
    reach = shortest(SIZE, arcs_of(edges))
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
    facts = [arc for p, day in pins.items() for arc in ((origin, p, day), (p, origin, -day))]
    reach = shortest(SIZE + 1, [*arcs_of(edges), *facts])
    assume(all(reach[point][point] >= 0 for point in range(SIZE + 1)))
    bounds = Bounds(Network(SIZE, edges))
    for point, day in pins.items():
        bounds.pin(point, day)

    for point in range(SIZE):
        assert same(bounds.latest[point], reach[origin][point])
        assert same(bounds.earliest[point], -reach[point][origin])
        assert is_bound(bounds.latest[point]) == (bounds.latest_by[point] in pins)
        assert is_bound(bounds.earliest[point]) == (bounds.earliest_by[point] in pins)


def same(found, truth):
    """Tell whether both are the same bound, or both none."""
    return found == truth if is_bound(truth) else not is_bound(found)


@many
@given(edge_lists(), st.dictionaries(st.integers(0, SIZE - 1), st.integers(700_000, 700_060)))
def test_a_window_is_what_the_other_points_alone_allow(edges, pins):
    assume(all(row[place] >= 0 for place, row in enumerate(shortest(SIZE, arcs_of(edges)))))
    network = Network(SIZE, edges)

    for point in pins:
        bounds = Bounds(network)
        for other, day in pins.items():
            if other != point:
                bounds.pin(other, day)
        earliest, latest = network.window(point, pins)
        assert same(earliest, bounds.earliest[point])
        assert same(latest, bounds.latest[point])


def test_leaving_an_edge_out_loosens_the_network():
    edge = Edge(0, 1, 5, Clause(bound="max"))
    network = Network(2, [edge])

    assert network.distances_from(0) == [0, 5]
    assert not is_bound(network.without(edge).distances_from(0)[1])


def test_a_network_without_points_is_fine():
    assert Network(0, []).edges == ()
