"""One stage of the plan as a page of its own."""

from dataclasses import dataclass
from datetime import date

from journeys.planning.models import Journey
from journeys.planning.selectors.timeline import timeline_of
from journeys.portal.selectors.steps import PlanStage, plan_stages


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """A stage and its neighbours."""

    stage: PlanStage
    before: PlanStage | None
    after: PlanStage | None


def step_page(journey: Journey, code: str, *, today: date) -> StepPage | None:
    """Return the page of a stage, or None when the patient's plan has no such stage."""
    stages = plan_stages(timeline_of(journey, today=today), today=today)
    place = next((i for i, stage in enumerate(stages) if stage.code == code), None)
    if place is None:
        return None
    return StepPage(
        stage=stages[place],
        before=stages[place - 1] if place else None,
        after=stages[place + 1] if place + 1 < len(stages) else None,
    )
