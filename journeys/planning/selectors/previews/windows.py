"""The windows that a change would break, and why."""

from collections.abc import Mapping

from journeys.planning.domain.protocol import Point
from journeys.planning.labels import conflict_message
from journeys.planning.selectors.timeline import point_titles
from journeys.planning.workspace import Proposal, protocol_of


def broken_windows(proposal: Proposal) -> Mapping[Point, tuple[str, ...]]:
    """Return what would not fit, in sentences, by the point where it does not."""
    titles = point_titles(protocol_of(proposal.version))
    found: dict[Point, tuple[str, ...]] = {}
    for conflict in proposal.conflicts:
        sentence = conflict_message(conflict, titles)
        found[conflict.point] = (*found.get(conflict.point, ()), sentence)
    return found
