"""The network with days on hold against brute force: bounds improved until none does any more."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from journeys.planning.domain.network import UNBOUNDED, Network, is_bound
from journeys.planning.domain.paused import PausedNetwork
from journeys.planning.domain.pauses import HeldDays
from tests.planning.domain.strategies import DAY_0, pauses
from tests.planning.domain.test_network import SIZE, edge_lists, is_contradictory

many = settings(max_examples=150, deadline=None)
points = st.integers(0, SIZE - 1)
days = st.integers(-30, 60).map(lambda n: DAY_0.toordinal() + n)


@st.composite
def networks(draw):
    """A paused network, the holds, and a point on a day."""
    edges = [
        replace(edge, clause=replace(edge.clause, days=edge.days)) for edge in draw(edge_lists())
    ]
    assume(not is_contradictory(edges))
    held = HeldDays.of(draw(pauses()))
    return PausedNetwork(Network(SIZE, edges), held), held, draw(points), draw(days)


@many
@given(networks())
def test_the_latest_days_agree_with_brute_force(drawn):
    network, held, source, day = drawn
    latest = [UNBOUNDED] * SIZE
    latest[source] = day
    for _ in range(SIZE):
        for edge in network.edges:
            if is_bound(latest[edge.start]):
                found = held.later(latest[edge.start], edge.days)
                latest[edge.end] = min(latest[edge.end], found)

    assert network.latest_after(source, day) == latest


@many
@given(networks())
def test_the_earliest_days_agree_with_brute_force(drawn):
    network, held, target, day = drawn
    earliest = [-UNBOUNDED] * SIZE
    earliest[target] = day
    for _ in range(SIZE):
        for edge in network.edges:
            if is_bound(earliest[edge.end]):
                found = held.earlier(earliest[edge.end], edge.days)
                earliest[edge.start] = max(earliest[edge.start], found)

    assert network.earliest_before(target, day) == earliest


@many
@given(networks(), points)
def test_a_path_is_as_long_as_the_bound_it_explains(drawn, other):
    network, _, point, day = drawn
    latest = network.latest_after(point, day)[other]
    earliest = network.earliest_before(point, day)[other]

    if is_bound(latest):
        assert sum(edge.days for edge in network.path_after(point, day, other)) == latest - day
    if is_bound(earliest):
        assert sum(edge.days for edge in network.path_before(point, day, other)) == day - earliest


@many
@given(networks(), points)
def test_a_clause_says_as_many_days_as_its_edge_and_how_many_were_on_hold(drawn, other):
    network, _, point, day = drawn

    for edge in network.path_after(point, day, other):
        own = edge.of or edge
        assert edge.clause.days == edge.days == own.days + (edge.clause.held or 0)


@many
@given(networks())
def test_without_holds_it_is_the_network_it_was_made_of(drawn):
    network, _, point, day = drawn
    plain = Network(SIZE, network.edges)
    without = PausedNetwork(plain, HeldDays())

    for found, expected in (
        (without.latest_after(point, day), plain.latest_after(point, day)),
        (without.earliest_before(point, day), plain.earliest_before(point, day)),
    ):
        assert [each for each in found if is_bound(each)] == [
            each for each in expected if is_bound(each)
        ]
