"""The windows that a change would break, and why."""

from collections.abc import Mapping

from journeys.planning.domain.protocol import Point
from journeys.planning.domain.reasons import Conflict
from journeys.planning.labels import conflict_message
from journeys.planning.selectors.wording import point_titles
from journeys.planning.workspace import Proposal, protocol_of


def broken_windows(proposal: Proposal) -> Mapping[Point, tuple[str, ...]]:
    """Return what would not fit, in sentences, by the point where it does not.

    What happened out of its window before stays out of it whatever is done, and is left out.
    """
    titles = point_titles(protocol_of(proposal.version))
    found: dict[Point, tuple[str, ...]] = {}
    for conflict in proposal.conflicts:
        if conflict.is_settled and not _is_about(conflict, proposal):
            continue
        sentence = conflict_message(conflict, titles)
        found[conflict.point] = (*found.get(conflict.point, ()), sentence)
    return found


def _is_about(conflict: Conflict, proposal: Proposal) -> bool:
    subject = proposal.activity.point if proposal.activity else None
    return any(clause.later == subject for clause in conflict.because)
