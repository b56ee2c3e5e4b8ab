"""The values a protocol is made of: stages, activities, constraints, dated label rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from journeys.planning.domain.duration import Duration
from journeys.planning.domain.reminding import ReminderDefinition

# A point is an activity's occurrence ("infusion", "year#3") or the start or end of a stage
# ("monitoring.end"). The first occurrence goes by the bare code.
Point = str
# Words by language code; English is always there.
Words = Mapping[str, str]


class Roll(StrEnum):
    """Which way a date gives when it falls on a closed day."""

    NEAREST = "nearest"
    LATER = "later"
    EARLIER = "earlier"
    EXACT = "exact"  # the day stands, open or closed: a ward works every day


class ActivityKind(StrEnum):
    """What sort of thing an activity is; pages choose words and actions by it."""

    DECISION = "decision"
    PROCEDURE = "procedure"
    TREATMENT = "treatment"
    PRODUCT = "product"
    CHECK = "check"
    VISIT = "visit"
    RESTRICTION = "restriction"  # ends by itself on its day; nobody has to record it


@dataclass(frozen=True, slots=True)
class RuleValue:
    """A number of days that depends on product, region and date: looked up by key."""

    key: str
    negative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRule:
    """One dated value of a label rule, for one product and region.

    Units:
        days: calendar days; `valid_from` inclusive, `valid_to` exclusive.
    """

    key: str
    days: int
    valid_from: date
    valid_to: date | None = None
    source: str


# Every dated value of every key, for the product and region at hand.
LabelRules = Mapping[str, tuple[LabelRule, ...]]


# Which occurrences of a repeated activity each track has, by the track's code, in order.
TrackNumbers = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How often an activity comes back, counted from its first occurrence.

    By track, `count` names the occurrences themselves, so that the visit of year 8 is number 8
    wherever it is asked for.
    """

    count: int | RuleValue | TrackNumbers
    every: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The earliest and latest allowed day.

    `measured_from` "anchor": both spans count from the anchor (P85D, P115D), and for a repeated
    activity shift with each occurrence by as much as the target does.
    `measured_from` "target": both count from the occurrence's own target (-P7D, P7D).
    """

    opens: Duration
    closes: Duration
    measured_from: Literal["anchor", "target"] = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBefore:
    """A floor under every occurrence's window, such as "never before day 366"."""

    anchor: Point
    offset: Duration
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAfter:
    """A ceiling over one occurrence's window, such as "the first year closes on day 425".

    Only for what nothing else hangs on; limits between other points are constraints.
    """

    anchor: Point
    offset: Duration
    occurrence: int = 1
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDefinition:
    """A dated thing in a stage, as the protocol defines it.

    `anchor` is None only for the point that a journey starts with. `requires` names the activities
    that must have happened before this one may be recorded.
    """

    code: str
    stage: str
    title: Words
    kind: ActivityKind
    anchor: Point | None = None
    offset: Duration | RuleValue = field(default_factory=Duration)
    window: Window = field(default_factory=lambda: Window(opens=Duration(), closes=Duration()))
    not_before: tuple[NotBefore, ...] = ()
    not_after: tuple[NotAfter, ...] = ()
    roll: Roll = Roll.NEAREST
    repeat: Repeat | None = None
    regions: tuple[str, ...] = ()  # empty: everywhere
    tracks: tuple[str, ...] = ()  # empty: on every track
    requires: tuple[str, ...] = ()
    minutes: int | None = None
    place: Words = field(default_factory=dict)
    patient_title: Words = field(default_factory=dict)
    prepare: tuple[Words, ...] = ()
    watch: tuple[Words, ...] = ()
    visible_to_patient: bool = True
    reminders: tuple[ReminderDefinition, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """min <= later - earlier <= max, in days, between any two points of the core network."""

    earlier: Point
    later: Point
    min: Duration | RuleValue | None = None
    max: Duration | RuleValue | None = None
    regions: tuple[str, ...] = ()
    why: str = ""
    source: str = ""


class Evidence(StrEnum):
    """What shows that an item of a stage's gate is met."""

    CONFIRMATION = "confirmation"  # somebody says so, by name
    FORM = "form"
    SIGNATURE = "signature"
    PRODUCT_STATUS = "product_status"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateItem:
    """Something that must be met before the stage's last point may be recorded.

    `override` names the roles that may go on without it, for a reason they give; none: nobody may.
    """

    code: str
    title: Words
    evidence: Evidence
    override: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One of the ways to follow a patient up: how long, and in which years."""

    code: str
    title: Words
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDefinition:
    """A stage, bounded by two points of the protocol.

    `starts_with` and `ends_with` name the activity occurrence ("lymphodepletion#3" or, for the last
    one of a repeated activity, "lymphodepletion#last") that is the stage's start and end.
    """

    code: str
    title: Words
    starts_with: Point
    ends_with: Point
    patient_title: Words = field(default_factory=dict)
    patient_text: Words = field(default_factory=dict)
    gate: tuple[GateItem, ...] = ()


class UnknownTrack(LookupError):
    """The protocol has no follow-up track with this code."""

    def __init__(self, code: str, known: Iterable[str]) -> None:
        self.code = code
        self.known = tuple(known)
        there = f"there are {', '.join(self.known)}" if self.known else "the protocol has no tracks"
        super().__init__(f"no follow-up track {code!r}; {there}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """The journey of a product at a centre, as published; never changed afterwards."""

    code: str
    version: int
    title: Words
    product: str | None
    regions: tuple[str, ...]
    stages: tuple[StageDefinition, ...]
    activities: tuple[ActivityDefinition, ...]
    constraints: tuple[Constraint, ...] = ()
    tracks: tuple[Track, ...] = ()
    source: str = ""

    def track_or_first(self, code: str) -> str:
        """Return the track's code; for the empty one the first track's, or none where none is.

        Raises:
            UnknownTrack: the protocol has no such track.
        """
        codes = [track.code for track in self.tracks]
        if not code:
            return codes[0] if codes else ""
        if code not in codes:
            raise UnknownTrack(code, codes)
        return code

    def activity(self, code: str) -> ActivityDefinition:
        """Return the definition with this code.

        Raises:
            KeyError: the protocol has no such activity.
        """
        for definition in self.activities:
            if definition.code == code:
                return definition
        raise KeyError(code)

    def stage(self, code: str) -> StageDefinition:
        """Return the stage with this code.

        Raises:
            KeyError: the protocol has no such stage.
        """
        for definition in self.stages:
            if definition.code == code:
                return definition
        raise KeyError(code)


def point_of(code: str, occurrence: int) -> Point:
    """Return the point of an activity's occurrence; the first goes by the bare code."""
    return code if occurrence == 1 else f"{code}#{occurrence}"
