"""A plan in a patient's steps: what repeats is one step, years far away are one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from journeys.planning.selectors.timeline import Timeline, TimelineRow, TimelineStage
from journeys.portal.domain.when import Precision, When, when_of
from journeys.portal.labels import duration_text, when_text, years_title

YEARS_APART = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When something takes place, in words; `iso` only for a day that is certain."""

    text: str
    iso: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that a patient does, or that is done for them."""

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
    times: int
    order: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStage:
    """One stage of the plan in a patient's words, with its steps."""

    code: str
    title: str
    text: str
    mark: str  # done, now, next, later
    when: Told
    steps: tuple[Step, ...]


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
        day=when.first if is_certain else None,
    )


def when_of_row(row: TimelineRow, *, today: date) -> When:
    """Return how exactly a row's day may be told."""
    return when_of(
        happened_on=row.happened_on,
        booked_at=row.starts_at,
        expected_on=row.chosen_on or row.target_on,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        today=today,
    )


def _stage(stage: TimelineStage, *, today: date) -> PlanStage:
    steps = _steps(stage, today=today)
    return PlanStage(
        code=stage.code,
        title=stage.patient_title,
        text=stage.patient_text,
        mark=stage.mark,
        when=_stage_when(stage, steps, today=today),
        steps=steps,
    )


def _stage_when(stage: TimelineStage, steps: tuple[Step, ...], *, today: date) -> Told:
    """Return when a stage ended if it is over, otherwise when its next step is."""
    if stage.mark == "done" and stage.ends_on:
        return told(
            When(precision=Precision.ON, first=stage.ends_on, last=stage.ends_on), today=today
        )
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


def _of_one_kind(stage: TimelineStage, rows: list[TimelineRow], *, today: date) -> Iterable[Step]:
    """Yield the steps of one activity: what is done, what comes next, and the years after it."""
    done = [row for row in rows if row.happened_on]
    coming = [row for row in rows if row.is_open]
    if not coming:
        yield _step(stage, done[-1], today=today, times=len(rows), bare=len(rows) > 1)
        return
    first, *rest = [row for row in coming if not _is_over(row, today)] or coming[-1:]
    if not rest or not _is_yearly(first, rest[0]):
        yield _step(stage, first, today=today, times=len(rows), bare=len(rows) > 1)
        return
    yield _step(stage, first, today=today, times=1, bare=True)
    yield _years(stage, rest, today=today)


def _is_over(row: TimelineRow, today: date) -> bool:
    return row.closes_on is not None and row.closes_on < today and row.starts_at is None


def _is_yearly(row: TimelineRow, following: TimelineRow) -> bool:
    if row.day is None or following.day is None:
        return False
    return (following.day - row.day).days > YEARS_APART


def _step(stage: TimelineStage, row: TimelineRow, *, today: date, times: int, bare: bool) -> Step:
    """Return a row as a step; `bare` leaves out the number of its occurrence."""
    when = when_of_row(row, today=today)
    title = row.patient_title
    return Step(
        stage_code=stage.code,
        title=title.removesuffix(f" {row.occurrence}") if bare else title,
        when=told(when, today=today),
        place=row.place if row.is_open else "",
        duration=duration_text(row.minutes),
        prepare=row.prepare,
        watch=row.watch,
        is_open=row.is_open,
        is_today=row.is_open and row.day == today,
        is_certain=when.precision in (Precision.AT, Precision.ON),
        times=times,
        order=row.day or date.max,
    )


def _years(stage: TimelineStage, rows: list[TimelineRow], *, today: date) -> Step:
    """Return the years that are far away as one line without a day."""
    first, last = rows[0], rows[-1]
    step = _step(stage, first, today=today, times=len(rows), bare=True)
    years = [row.day.year for row in (first, last) if row.day]
    title = years_title(step.title, min(years), max(years)) if years else step.title
    return Step(
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
        times=len(rows),
        order=step.order,
    )
