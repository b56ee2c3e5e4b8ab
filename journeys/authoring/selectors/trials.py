"""A dry run beside the form: three synthetic journeys, day by day, and the windows on one axis."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from carttrack.accounts.models import Centre
from carttrack.ui.ruler import RulerWindow
from journeys.authoring.domain.trials import Story, Surroundings, Trial, trials
from journeys.authoring.labels.spans import Titles, point_text, titles_of
from journeys.authoring.labels.words import STORY_LABELS, said
from journeys.authoring.workspace import open_days_at
from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.plan import REFERENCE_POINT
from journeys.planning.domain.planned import Plan, PlannedActivity
from journeys.planning.domain.protocol import ActivityKind, LabelRules, Protocol, point_of
from journeys.planning.labels import conflict_message, step_text

AROUND = timedelta(days=7)
# Of what comes back this often, the first and the last are enough to judge the rest by.
FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day in one story; `moved` are the days it differs from the usual one."""

    on: date | None
    opens: date | None
    closes: date | None
    day_number: int | None
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One activity in every story, with the reasons of its usual day."""

    title: str
    stage: str
    cells: tuple[Cell, ...]
    why: tuple[str, ...]
    is_marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryReading:
    """One story and what does not fit in it."""

    code: str
    title: str
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReading:
    """The dry run; `windows` are those of the usual journey, for the ruler."""

    stories: tuple[StoryReading, ...]
    rows: tuple[Row, ...]
    windows: tuple[RulerWindow, ...]
    starts: date
    ends: date
    day_0: date | None


def dry_run(
    protocol: Protocol,
    rules: LabelRules,
    *,
    centre: Centre,
    region: str,
    referred_on: date,
    track: str = "",
    marked: str = "",
) -> TrialReading:
    """Plan three synthetic journeys; nothing is stored. `marked` is the activity to point out.

    Raises:
        OverflowError: a date would lie outside the calendar.
    """
    given = Surroundings(
        region=region,
        referred_on=referred_on,
        rules=rules,
        open_days=open_days_at(centre),
        track=track,
    )
    told = trials(protocol, given)
    titles = titles_of(protocol)
    usual = told[0].plan
    windows = tuple(_windows(usual, protocol, titles))
    day_0 = _infused_on(usual)
    return TrialReading(
        stories=tuple(_story(trial, titles) for trial in told),
        rows=tuple(_rows(told, protocol, titles, marked)),
        windows=windows,
        starts=min((window.opens for window in windows), default=referred_on) - AROUND,
        ends=max((window.closes for window in windows), default=referred_on) + AROUND,
        day_0=day_0,
    )


def _story(trial: Trial, titles: Titles) -> StoryReading:
    return StoryReading(
        code=trial.story.value,
        title=str(STORY_LABELS[Story(trial.story)]),
        conflicts=tuple(conflict_message(conflict, titles) for conflict in trial.plan.conflicts),
    )


def _rows(
    told: tuple[Trial, ...], protocol: Protocol, titles: Titles, marked: str
) -> Iterator[Row]:
    plans = [
        ({planned.point: planned for planned in trial.plan.activities}, _infused_on(trial.plan))
        for trial in told
    ]
    stages = {stage.code: said(stage.title) for stage in protocol.stages}
    for planned in _shown(told[0].plan):
        same = [(points.get(planned.point), day_0) for points, day_0 in plans]
        yield Row(
            title=point_text(planned.point, titles),
            stage=stages.get(planned.stage, planned.stage),
            cells=tuple(_cell(one, planned, day_0) for one, day_0 in same),
            why=tuple(step_text(step, titles) for step in planned.why),
            is_marked=planned.code == marked,
        )


def _cell(planned: PlannedActivity | None, usual: PlannedActivity, day_0: date | None) -> Cell:
    on = planned.chosen or planned.target if planned else None
    usual_on = usual.chosen or usual.target
    window = planned if planned and planned.fact is not FactKind.HAPPENED else None
    return Cell(
        on=on,
        opens=window.opens if window else None,
        closes=window.closes if window else None,
        day_number=(on - day_0).days if on and day_0 else None,
        moved=(on - usual_on).days if on and usual_on else 0,
    )


def _shown(plan: Plan) -> Iterator[PlannedActivity]:
    """Yield the activities to list: of what comes often the first and the last."""
    last = {planned.code: planned.occurrence for planned in plan.activities}
    for planned in plan.activities:
        if last[planned.code] <= FEW or planned.occurrence in {1, last[planned.code]}:
            yield planned


def _windows(plan: Plan, protocol: Protocol, titles: Titles) -> Iterator[RulerWindow]:
    kinds: Mapping[str, ActivityKind] = {d.code: d.kind for d in protocol.activities}
    for planned in plan.activities:
        is_drawn = kinds[planned.code] not in {ActivityKind.CHECK, ActivityKind.RESTRICTION}
        if planned.opens and planned.closes and is_drawn:
            yield RulerWindow(
                row=titles[planned.code],
                label=point_text(point_of(planned.code, planned.occurrence), titles),
                opens=planned.opens,
                closes=planned.closes,
                on=planned.chosen,
            )


def _infused_on(plan: Plan) -> date | None:
    days = (planned.chosen for planned in plan.activities if planned.point == REFERENCE_POINT)
    return next(days, None)
