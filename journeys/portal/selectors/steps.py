"""A plan in a patient's steps: what repeats is one step, years far away are one line."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from carttrack.ui import dates
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.selectors.answers import Question
from journeys.planning.selectors.timeline import Timeline, TimelineRow, TimelineStage
from journeys.portal.domain.when import Precision, When, when_of
from journeys.portal.labels import duration_text, when_text, years_title

YEARS_APART = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When something takes place, in words; `iso` only for a day that is certain."""

    text: str
    iso: str = ""
    distance: str = ""  # how far away a certain day is


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that a patient does, or that is done for them.

    `question` is whether they come, where a message asked or they have said so.
    """

    uid: uuid.UUID
    stage_code: str
    title: str
    when: Told
    place: str
    duration: str
    prepare: tuple[str, ...]
    watch: tuple[str, ...]
    is_open: bool
    is_today: bool
    is_certain: bool
    order: date
    question: Question | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStage:
    """One stage of the plan in a patient's words; what to prepare and to watch is said once."""

    code: str
    title: str
    text: str
    mark: str  # done, now, next, later
    when: Told
    steps: tuple[Step, ...]
    prepare: tuple[str, ...]
    watch: tuple[str, ...]


def plan_stages(timeline: Timeline, *, today: date) -> tuple[PlanStage, ...]:
    """Return the stages that a patient sees, in order."""
    return tuple(
        _stage(stage, today=today) for stage in timeline.stages if stage.mark != "cancelled"
    )


def told(when: When, *, today: date) -> Told:
    """Return a day in words."""
    is_certain = when.precision in (Precision.AT, Precision.ON)
    moment = when.at or when.first
    return Told(
        text=when_text(when, today=today),
        iso=moment.isoformat() if is_certain and moment else "",
        distance=dates.relative_day(when.first, today=today) if is_certain and when.first else "",
    )


def when_of_row(row: TimelineRow, *, today: date) -> When:
    """Return how exactly a row's day may be told."""
    if row.kind == ActivityKind.CHECK and row.is_due and row.starts_at is None:
        return When(precision=Precision.DAILY)
    return when_of(
        happened_on=row.happened_on,
        booked_at=row.starts_at,
        fixed_on=row.locked_on if row.is_open else None,
        expected_on=row.chosen_on or row.target_on,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        today=today,
    )


def _day(precision: Precision, day: date) -> When:
    return When(precision=precision, first=day, last=day)


def _stage(stage: TimelineStage, *, today: date) -> PlanStage:
    steps = _steps(stage, today=today)
    return PlanStage(
        code=stage.code,
        title=stage.patient_title,
        text=stage.patient_text,
        mark=stage.mark,
        when=_stage_when(stage, steps, today=today),
        steps=steps,
        prepare=_once(text for step in steps for text in step.prepare),
        watch=_once(text for step in steps for text in step.watch),
    )


def _stage_when(stage: TimelineStage, steps: tuple[Step, ...], *, today: date) -> Told:
    """Return when a stage ended or began, and of one ahead when its first step is."""
    if stage.mark == "done" and stage.ends_on:
        return told(_day(Precision.ON, stage.ends_on), today=today)
    if stage.mark == "now" and stage.starts_on:
        return told(_day(Precision.SINCE, stage.starts_on), today=today)
    coming = [step for step in steps if step.is_open]
    if coming:
        return coming[0].when
    return steps[-1].when if steps else told(When(precision=Precision.UNKNOWN), today=today)


def _steps(stage: TimelineStage, *, today: date) -> tuple[Step, ...]:
    shown = [
        row for row in stage.rows if row.visible_to_patient and (row.is_open or row.happened_on)
    ]
    by_code = groupby(sorted(shown, key=lambda row: row.code), key=lambda row: row.code)
    found = [
        step for _code, rows in by_code for step in _of_one_kind(stage, list(rows), today=today)
    ]
    return tuple(sorted(found, key=lambda step: step.order))


def _of_one_kind(stage: TimelineStage, rows: list[TimelineRow], *, today: date) -> Iterator[Step]:
    """Yield the steps of one activity: each certain day, the next day to come, the years after it.

    Daily checks are one step as long as they go on.
    """
    is_repeated = len(rows) > 1
    ahead = [row for row in rows if row.is_open and not _is_over(row, today)]
    if rows[0].kind == ActivityKind.CHECK:
        yield _step(stage, ahead[0] if ahead else rows[-1], today=today, is_repeated=is_repeated)
        return
    loose = [row for row in ahead if row.starts_at is None]
    certain = [row for row in rows if row.happened_on or row.starts_at]
    late = [row for row in rows if _is_over(row, today) and row.is_open][-1:] if not loose else []
    for row in [*certain, *late, *loose[:1]]:
        yield _step(stage, row, today=today, is_repeated=is_repeated)
    years = loose[1:]
    if years and _is_yearly(loose[0], years[0]):
        yield _years(stage, years, today=today)


def _is_over(row: TimelineRow, today: date) -> bool:
    return row.closes_on is not None and row.closes_on < today and row.starts_at is None


def _is_yearly(row: TimelineRow, following: TimelineRow) -> bool:
    if row.day is None or following.day is None:
        return False
    return (following.day - row.day).days > YEARS_APART


def _step(stage: TimelineStage, row: TimelineRow, *, today: date, is_repeated: bool) -> Step:
    """Return a row as a step; of a repeated one the day says which it is, not a number."""
    when = when_of_row(row, today=today)
    title = row.patient_title
    return Step(
        uid=row.uid,
        stage_code=stage.code,
        title=title.removesuffix(f" {row.occurrence}") if is_repeated else title,
        when=told(when, today=today),
        place=row.place if row.is_open else "",
        duration=duration_text(row.minutes),
        prepare=row.prepare,
        watch=row.watch,
        is_open=row.is_open,
        is_today=_is_today(row, when, today),
        is_certain=when.precision in (Precision.AT, Precision.ON),
        order=row.day or date.max,
    )


def _is_today(row: TimelineRow, when: When, today: date) -> bool:
    """Tell whether a step is certain to be today: booked for it, or a daily check."""
    if not row.is_open:
        return False
    return when.precision == Precision.DAILY or (
        when.precision == Precision.AT and when.first == today
    )


def _years(stage: TimelineStage, rows: list[TimelineRow], *, today: date) -> Step:
    """Return the years that are far away as one line without a day."""
    first, last = rows[0], rows[-1]
    step = _step(stage, first, today=today, is_repeated=True)
    years = [row.day.year for row in (first, last) if row.day]
    title = years_title(step.title, min(years), max(years)) if years else step.title
    return Step(
        uid=first.uid,
        stage_code=stage.code,
        title=title,
        when=Told(text=""),
        place="",
        duration="",
        prepare=step.prepare,
        watch=step.watch,
        is_open=True,
        is_today=False,
        is_certain=False,
        order=step.order,
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
