"""What can be wrong with a protocol, and where."""

from dataclasses import dataclass
from enum import StrEnum

from journeys.planning.domain.protocol import Protocol
from journeys.planning.domain.reasons import Clause

# A place in the protocol's document: keys, and numbers counted from 0.
Key = tuple[str | int, ...]


class ProblemKind(StrEnum):
    """One kind of mistake; `labels` has the words."""

    DUPLICATE_CODE = "duplicate_code"
    UNKNOWN_STAGE = "unknown_stage"
    UNKNOWN_POINT = "unknown_point"
    UNKNOWN_ACTIVITY = "unknown_activity"
    UNKNOWN_REGION = "unknown_region"
    UNKNOWN_TRACK = "unknown_track"
    MISSING_TRACK = "missing_track"
    TRACK_WITHOUT_FOLLOW_UP = "track_without_follow_up"
    UNREACHABLE = "unreachable"
    ANCHOR_LOOP = "anchor_loop"
    REQUIRES_LOOP = "requires_loop"
    MISSING_RULE = "missing_rule"
    EMPTY_REPEAT = "empty_repeat"
    NOT_IN_DAYS = "not_in_days"
    CEILING_NOT_ON_LEAF = "ceiling_not_on_leaf"
    WINDOW_REVERSED = "window_reversed"
    TARGET_OUTSIDE_WINDOW = "target_outside_window"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A mistake in a protocol.

    `key` is its place in the document (("activities", 4, "anchor")), `path` the same by code
    ("activities.infusion.anchor"). `names` are the words in question, the wrong one first and then
    what may have been meant; `clauses` the limits that contradict each other.
    """

    kind: ProblemKind
    path: str
    key: Key
    names: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()


def problem_at(
    protocol: Protocol,
    key: Key,
    kind: ProblemKind,
    *names: str,
    clauses: tuple[Clause, ...] = (),
) -> Problem:
    """Return a problem at this place of the document."""
    parts = [str(part) for part in key]
    coded = {
        "activities": [definition.code for definition in protocol.activities],
        "stages": [stage.code for stage in protocol.stages],
        "tracks": [track.code for track in protocol.tracks],
    }
    if parts[0] in coded:
        parts[1] = coded[parts[0]][int(parts[1])]
    return Problem(kind=kind, path=".".join(parts), key=key, names=names, clauses=clauses)
