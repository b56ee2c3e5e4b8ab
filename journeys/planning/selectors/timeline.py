"""A journey as one timeline: stages, their activities, and why each date is what it is."""

import typing
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language

from journeys.planning.domain.attention import BOOKABLE, SOON_DAYS
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    ActivityKind,
    Point,
    Protocol,
    StageDefinition,
    Words,
)
from journeys.planning.domain.records import conflict_from_record, step_from_record
from journeys.planning.domain.states import ActivityState, StageState
from journeys.planning.labels import conflict_message, step_text
from journeys.planning.models import Activity, Appointment, Cycle, Hold, Journey, Stage
from journeys.planning.selectors.known import rewind
from journeys.planning.selectors.reading import Reading, read
from journeys.planning.workspace import Workspace, definition_of, load

Space = Workspace | Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One activity as pages show it.

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
    steps: tuple[dict[str, object], ...]  # why the day is what it is, as it is stored
    titles: Mapping[Point, str]  # for the words of the steps
    minutes: int | None
    prepare: tuple[str, ...]
    watch: tuple[str, ...]
    visible_to_patient: bool
    is_open: bool
    is_due: bool  # its window is open today
    deviation_days: int  # days outside the window, signed; 0 inside

    @property
    def why(self) -> tuple[str, ...]:
        """Return the reasons of the day as sentences, which only some pages say."""
        return tuple(step_text(step_from_record(record), self.titles) for record in self.steps)

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
    how many are not. With `known_at`, an instant, it is the timeline as it was known then; with
    `cycle` that of an earlier cycle. Visibility is the caller's: fetch the journey through
    `visible_to` first.

    Units:
        today: the local calendar date at the centre.
    """
    space = _space(journey_uid, today=today, known_at=known_at, cycle=cycle, is_whole=is_whole)
    infusion = space.activities.get("infusion")
    infused_on = infusion.happened_on if infusion else None
    day_0 = infused_on or (infusion.chosen_on if infusion else None)
    rows: dict[str, list[TimelineRow]] = {}
    restrictions: list[TimelineRow] = []
    titles = point_titles(space.protocol)
    for activity in space.activities.values():
        row = _row(space, activity, titles, day_0=day_0, today=today)
        target = (
            restrictions
            if row.kind == ActivityKind.RESTRICTION
            else rows.setdefault(activity.stage.code, [])
        )
        target.append(row)
    stages = _stages(space, rows)
    return Timeline(
        journey=space.journey,
        cycle=space.cycle,
        holds=tuple(space.holds),
        chain_of_identity=space.cycle.chain_of_identity,
        protocol_title=words(space.protocol.title),
        stages=stages,
        restrictions=tuple(sorted(restrictions, key=_order)),
        conflicts=conflict_sentences(space.cycle.conflicts, space.protocol),
        infused_on=infused_on,
        day_number=(today - infused_on).days if infused_on else None,
        current_stage=next((stage for stage in stages if stage.mark == "now"), None),
        hidden=space.hidden if isinstance(space, Reading) else 0,
    )


def _space(
    journey_uid: uuid.UUID,
    *,
    today: date,
    known_at: datetime | None,
    cycle: int | None,
    is_whole: bool,
) -> Space:
    if known_at is None and cycle is None and not is_whole:
        return read(journey_uid, today=today)
    space = load(journey_uid, for_update=False, as_of=known_at, number=cycle)
    if known_at is not None:
        rewind(space, at=known_at)
    return space


def words(text: Words) -> str:
    """Return the words in the active language, otherwise in English."""
    language = (get_language() or "en").split("-")[0]
    return text.get(language) or text.get("en", "")


def point_titles(protocol: Protocol) -> Mapping[Point, str]:
    """Return the title of every activity code, for sentences."""
    return {definition.code: words(definition.title) for definition in protocol.activities}


def conflict_sentences(records: list[dict[str, object]], protocol: Protocol) -> tuple[str, ...]:
    """Return stored conflicts as sentences in the active language."""
    titles = point_titles(protocol)
    return tuple(conflict_message(conflict_from_record(record), titles) for record in records)


def occurrence_title(definition: ActivityDefinition, title: str, occurrence: int) -> str:
    """Return the title with its number when the activity repeats."""
    return f"{title} {occurrence}" if definition.repeat else title


def title_of(activity: Activity) -> str:
    """Return an activity's title: its own, or the protocol's with its number."""
    definition = definition_of(activity)
    return activity.title or occurrence_title(
        definition, words(definition.title), activity.occurrence
    )


def patient_title_of(activity: Activity) -> str:
    """Return what a patient calls an activity."""
    definition = definition_of(activity)
    title = words(definition.patient_title) or words(definition.title)
    return occurrence_title(definition, title, activity.occurrence)


def _row(
    space: Space,
    activity: Activity,
    titles: Mapping[Point, str],
    *,
    day_0: date | None,
    today: date,
) -> TimelineRow:
    definition = definition_of(activity)
    appointment = space.appointments.get(activity.pk)
    local = _local_times(space, appointment)
    day = activity.happened_on or activity.chosen_on or activity.target_on
    return TimelineRow(
        uid=activity.uid,
        code=activity.code,
        occurrence=activity.occurrence,
        kind=definition.kind,
        title=title_of(activity),
        patient_title=patient_title_of(activity),
        mark=mark_of(activity, definition, today=today),
        state=ActivityState(activity.state),
        day=day,
        day_number=(day - day_0).days if day and day_0 else None,
        target_on=activity.target_on,
        opens_on=activity.opens_on,
        closes_on=activity.closes_on,
        chosen_on=activity.chosen_on,
        happened_on=activity.happened_on,
        starts_at=local[0],
        ends_at=local[1],
        place=(appointment.place if appointment else "") or words(definition.place),
        locked_on=activity.locked_on,
        lock_kind=activity.lock_kind,
        close_reason=activity.close_reason,
        steps=tuple(activity.why),
        titles=titles,
        minutes=definition.minutes,
        prepare=tuple(words(text) for text in definition.prepare),
        watch=tuple(words(text) for text in definition.watch),
        visible_to_patient=definition.visible_to_patient,
        is_open=activity.is_open,
        is_due=_is_due(activity, today),
        deviation_days=_deviation(activity, day),
    )


class HasKind(typing.Protocol):
    """Anything of a kind: an activity or what defines it."""

    @property
    def kind(self) -> str:
        """One of `ActivityKind`."""
        ...


class Dated(typing.Protocol):
    """An activity as far as its mark depends on it, a row of a list as well as a model."""

    state: str
    target_on: date | None
    closes_on: date | None
    chosen_on: date | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to come."""
        ...


def mark_of(activity: Dated, definition: HasKind, *, today: date) -> str:
    """Return the state mark of an activity on a day.

    At risk means: no day fits, or the window of something unbooked closes within a week.
    """
    if not activity.is_open or definition.kind == ActivityKind.RESTRICTION:
        return _closed_mark(activity, today)
    if _is_overdue(activity, today):
        return "overdue"
    if activity.target_on and activity.chosen_on is None:
        return "at_risk"
    if activity.state == ActivityState.BOOKED:
        return "booked"
    is_closing = activity.closes_on and (activity.closes_on - today).days <= SOON_DAYS
    return "at_risk" if is_closing and definition.kind in BOOKABLE else "planned"


def _is_overdue(activity: Dated, today: date) -> bool:
    """Tell whether the window is over; what a person booked for later is late, not forgotten."""
    if activity.closes_on is None or activity.closes_on >= today:
        return False
    is_ahead = activity.chosen_on is not None and activity.chosen_on >= today
    return not (activity.state == ActivityState.BOOKED and is_ahead)


def _closed_mark(activity: Dated, today: date) -> str:
    if not activity.is_open:
        return activity.state
    return "done" if activity.chosen_on and activity.chosen_on < today else "planned"


def _stages(space: Space, rows: dict[str, list[TimelineRow]]) -> tuple[TimelineStage, ...]:
    found = []
    next_is_free = True
    for definition in space.protocol.stages:
        stage = space.stages[definition.code]
        mark, next_is_free = _stage_mark(stage, next_is_free=next_is_free)
        found.append(_stage(definition, stage, mark, rows.get(definition.code, [])))
    return tuple(found)


def _stage_mark(stage: Stage, *, next_is_free: bool) -> tuple[str, bool]:
    """Return the stage's mark, and whether the next planned stage may still be called next."""
    if stage.state == StageState.CURRENT:
        return "now", next_is_free
    if stage.state == StageState.PLANNED:
        return ("next", False) if next_is_free else ("later", False)
    return str(stage.state), next_is_free


def _stage(
    definition: StageDefinition, stage: Stage, mark: str, rows: list[TimelineRow]
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


def _local_times(
    space: Space, appointment: Appointment | None
) -> tuple[datetime | None, datetime | None]:
    if appointment is None:
        return None, None
    return appointment.starts_at.astimezone(space.zone), appointment.ends_at.astimezone(space.zone)


def _is_due(activity: Activity, today: date) -> bool:
    return bool(
        activity.is_open
        and activity.opens_on
        and activity.closes_on
        and activity.opens_on <= today <= activity.closes_on
    )


def _deviation(activity: Activity, day: date | None) -> int:
    if day is None or activity.opens_on is None or activity.closes_on is None:
        return 0
    if day < activity.opens_on:
        return (day - activity.opens_on).days
    return max(0, (day - activity.closes_on).days)
