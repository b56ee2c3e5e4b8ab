"""A journey as one timeline: stages, their activities, and why each date is what it is."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from carttrack.prepared import Asked, Rows, answers_in_turn
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    ActivityKind,
    StageDefinition,
)
from journeys.planning.domain.states import ActivityState, StageState
from journeys.planning.models import Cycle, Hold, Journey
from journeys.planning.selectors.known import rewind
from journeys.planning.selectors.marks import mark_of
from journeys.planning.selectors.reading import (
    ReadActivity,
    Reading,
    ReadStage,
    asked_of,
    read_from,
    reading_of,
)
from journeys.planning.selectors.wording import conflict_sentences, words
from journeys.planning.workspace import load


class TimelineRow(NamedTuple):
    """One activity as pages show it; a page makes a hundred, at a third of a dataclass's price.

    `mark` is the state in the words of the state mark: done, booked, planned, overdue, at_risk,
    missed, skipped, cancelled, not_needed. `starts_at` is the appointment's local time.
    """

    uid: uuid.UUID
    code: str
    occurrence: int
    kind: ActivityKind
    title: str
    patient_title: str
    mark: str
    state: ActivityState
    day: date | None  # the day that counts: happened, booked or chosen, otherwise the target
    day_number: int | None  # days from the infusion; None before it has a date
    target_on: date | None
    opens_on: date | None
    closes_on: date | None
    chosen_on: date | None
    happened_on: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    locked_on: date | None
    lock_kind: str
    close_reason: str
    has_reasons: bool  # the plan says why the day is what it is: `selectors.why`
    minutes: int | None
    prepare: tuple[str, ...]
    watch: tuple[str, ...]
    visible_to_patient: bool
    is_open: bool
    is_due: bool  # its window is open today
    deviation_days: int  # days outside the window, signed; 0 inside

    @property
    def can_act(self) -> bool:
        """Tell whether people may still book, move, record or close it."""
        return self.is_open and self.kind != ActivityKind.RESTRICTION


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineStage:
    """One stage with its rows in order of their days."""

    code: str
    title: str
    patient_title: str
    patient_text: str
    state: StageState
    mark: str  # done, now, next, later, cancelled
    starts_on: date | None
    ends_on: date | None
    rows: tuple[TimelineRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A whole journey; restrictions stand apart from the stages' rows."""

    journey: Journey
    cycle: Cycle
    holds: tuple[Hold, ...]  # oldest first
    chain_of_identity: str
    protocol_title: str
    stages: tuple[TimelineStage, ...]
    restrictions: tuple[TimelineRow, ...]
    conflicts: tuple[str, ...]
    infused_on: date | None
    day_number: int | None  # today, counted from an infusion that happened
    current_stage: TimelineStage | None
    hidden: int
    hides_more: bool

    @property
    def rows(self) -> tuple[TimelineRow, ...]:
        """Return every row of every stage, in order."""
        return tuple(row for stage in self.stages for row in stage.rows)


def timeline(
    journey_uid: uuid.UUID,
    *,
    today: date,
    known_at: datetime | None = None,
    cycle: int | None = None,
    is_whole: bool = False,
) -> Timeline:
    """Return a journey's timeline in a fixed number of queries.

    Of what repeats very often only the nearest dates are in it, unless `is_whole`; `hidden` says
    how many are not, or with `hides_more` that there are more than so many. With `known_at`, an
    instant, it is the timeline as it was known then; with `cycle` that of an earlier cycle.
    Visibility is the caller's: fetch the journey through `visible_to` first.

    Units:
        today: the local calendar date at the centre.
    """
    if known_at is None and cycle is None and not is_whole:
        journeys = Journey.objects.select_related("centre", "protocol_version__protocol__product")
        journey = journeys.defer("protocol_version__document").get(uid=journey_uid)
        return timeline_of(journey, today=today)
    space = load(journey_uid, for_update=False, as_of=known_at, number=cycle)
    if known_at is not None:
        rewind(space, at=known_at)
    return _timeline(reading_of(space), today=today)


def timeline_of(journey: Journey, *, today: date) -> Timeline:
    """Return the timeline of a journey that was fetched with its centre and protocol version."""
    return timeline_and(journey, today=today)[0]


def timeline_and(journey: Journey, *beside: Asked, today: date) -> tuple[Timeline, list[Rows]]:
    """Return `timeline_of` a journey, and the rows of what a page asks beside it.

    All of it takes one round trip to the database.
    """

    def drawn_up(latest: Rows, nearest: Rows) -> Timeline:
        return timeline_from(journey, latest, nearest, today=today)

    return answers_in_turn(asked_of(journey.uid, today=today), drawn_up, beside)


def timeline_from(journey: Journey, latest: Rows, nearest: Rows, *, today: date) -> Timeline:
    """Return the timeline that the answers to `asked_of` a journey hold."""
    return _timeline(read_from(journey, latest, nearest), today=today)


def _timeline(found: Reading, *, today: date) -> Timeline:
    infusion = next((row for row in found.activities if row.code == "infusion"), None)
    infused_on = infusion.happened_on if infusion else None
    day_0 = infused_on or (infusion.chosen_on if infusion else None)
    rows: dict[str, list[TimelineRow]] = {}
    restrictions: list[TimelineRow] = []
    said, zone = _Said(found), found.zone
    for activity in found.activities:
        row = _row(activity, said[activity.code], zone, day_0=day_0, today=today)
        is_restriction = row.kind == ActivityKind.RESTRICTION
        (restrictions if is_restriction else rows.setdefault(activity.stage, [])).append(row)
    stages = _stages(found, rows)
    return Timeline(
        journey=found.journey,
        cycle=found.cycle,
        holds=found.holds,
        chain_of_identity=found.cycle.chain_of_identity,
        protocol_title=words(found.protocol.title),
        stages=stages,
        restrictions=tuple(sorted(restrictions, key=_order)),
        conflicts=conflict_sentences(found.cycle.conflicts, found.protocol),
        infused_on=infused_on,
        day_number=(today - infused_on).days if infused_on else None,
        current_stage=next((stage for stage in stages if stage.mark == "now"), None),
        hidden=found.hidden,
        hides_more=found.hides_more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOf:
    """What a protocol says of one activity, in the active language."""

    kind: ActivityKind
    title: str
    patient_title: str
    is_repeated: bool
    place: str
    minutes: int | None
    prepare: tuple[str, ...]
    watch: tuple[str, ...]
    visible_to_patient: bool


# What a version says is frozen with it, so it is put into words once for each language.
_SAID: dict[tuple[str, str], dict[str, SaidOf]] = {}


class _Said(dict[str, SaidOf]):
    """What is said of the activities of a journey, by code."""

    def __init__(self, found: Reading) -> None:
        key = (found.journey.protocol_version.checksum, get_language() or "")
        if key not in _SAID:
            _SAID[key] = {each.code: _said(each) for each in found.protocol.activities}
        super().__init__(_SAID[key])
        self._found = found

    def __missing__(self, code: str) -> SaidOf:
        """Say what an earlier version, or none, says of an activity."""
        self[code] = _said(self._found.definition(code))
        return self[code]


def _said(definition: ActivityDefinition) -> SaidOf:
    title = words(definition.title)
    return SaidOf(
        kind=definition.kind,
        title=title,
        patient_title=words(definition.patient_title) or title,
        is_repeated=definition.repeat is not None,
        place=words(definition.place),
        minutes=definition.minutes,
        prepare=tuple(words(text) for text in definition.prepare),
        watch=tuple(words(text) for text in definition.watch),
        visible_to_patient=definition.visible_to_patient,
    )


def _row(
    activity: ReadActivity,
    said: SaidOf,
    zone: ZoneInfo,
    *,
    day_0: date | None,
    today: date,
) -> TimelineRow:
    day = activity.day
    number = f" {activity.occurrence}" if said.is_repeated else ""
    return TimelineRow(
        uid=activity.uid,
        code=activity.code,
        occurrence=activity.occurrence,
        kind=said.kind,
        title=activity.title or said.title + number,
        patient_title=said.patient_title + number,
        mark=mark_of(activity, said, today=today),
        state=ActivityState(activity.state),
        day=day,
        day_number=(day - day_0).days if day and day_0 else None,
        target_on=activity.target_on,
        opens_on=activity.opens_on,
        closes_on=activity.closes_on,
        chosen_on=activity.chosen_on,
        happened_on=activity.happened_on,
        starts_at=activity.starts_at and activity.starts_at.astimezone(zone),
        ends_at=activity.ends_at and activity.ends_at.astimezone(zone),
        place=activity.place or said.place,
        locked_on=activity.locked_on,
        lock_kind=activity.lock_kind,
        close_reason=activity.close_reason,
        has_reasons=activity.has_reasons,
        minutes=said.minutes,
        prepare=said.prepare,
        watch=said.watch,
        visible_to_patient=said.visible_to_patient,
        is_open=activity.is_open,
        is_due=activity.is_due(today),
        deviation_days=activity.deviation_days,
    )


def _stages(found: Reading, rows: dict[str, list[TimelineRow]]) -> tuple[TimelineStage, ...]:
    shown = []
    next_is_free = True
    for definition in found.protocol.stages:
        stage = found.stages[definition.code]
        mark, next_is_free = _stage_mark(stage, next_is_free=next_is_free)
        shown.append(_stage(definition, stage, mark, rows.get(definition.code, [])))
    return tuple(shown)


def _stage_mark(stage: ReadStage, *, next_is_free: bool) -> tuple[str, bool]:
    """Return the stage's mark, and whether the next planned stage may still be called next."""
    if stage.state == StageState.CURRENT:
        return "now", next_is_free
    if stage.state == StageState.PLANNED:
        return ("next", False) if next_is_free else ("later", False)
    return str(stage.state), next_is_free


def _stage(
    definition: StageDefinition, stage: ReadStage, mark: str, rows: list[TimelineRow]
) -> TimelineStage:
    return TimelineStage(
        code=definition.code,
        title=words(definition.title),
        patient_title=words(definition.patient_title) or words(definition.title),
        patient_text=words(definition.patient_text),
        state=StageState(stage.state),
        mark=mark,
        starts_on=stage.started_on or stage.planned_start_on,
        ends_on=stage.ended_on or stage.planned_end_on,
        rows=tuple(sorted(rows, key=_order)),
    )


def _order(row: TimelineRow) -> tuple[date, str, int]:
    return (row.day or date.max, row.code, row.occurrence)
