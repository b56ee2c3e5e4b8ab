"""A therapy event as it begins: its cycle, its stages and the point that everything starts from."""

import secrets
from datetime import date

from journeys.planning.domain.states import CycleReason, StageState
from journeys.planning.models import Activity, Cycle, Journey, Stage
from journeys.planning.workspace import protocol_of


def new_cycle(
    journey: Journey, *, number: int, on: date, reason: CycleReason | None = None
) -> Activity:
    """Create a cycle with its stages, and return its first point, unsaved: the caller settles it.

    It follows the protocol version that the journey follows now; the first one needs no reason.
    """
    version = journey.protocol_version
    protocol = protocol_of(version)
    cycle = Cycle.objects.create(
        journey=journey,
        protocol_version=version,
        number=number,
        reason=reason or "",
        chain_of_identity=_new_chain_of_identity(),
        started_on=on,
    )
    stages = Stage.objects.bulk_create(
        Stage(cycle=cycle, code=stage.code, position=position, state=StageState.PLANNED)
        for position, stage in enumerate(protocol.stages, start=1)
    )
    first = next(activity for activity in protocol.activities if activity.anchor is None)
    stage = next(stage for stage in stages if stage.code == first.stage)
    return activity_on(on, cycle, stage, code=first.code, kind=first.kind)


def activity_on(
    day: date, cycle: Cycle, stage: Stage, *, code: str, kind: str, occurrence: int = 1
) -> Activity:
    """Return an unsaved activity with no window around its day, for the caller to settle."""
    return Activity(
        journey=cycle.journey,
        cycle=cycle,
        stage=stage,
        centre=cycle.journey.centre,
        code=code,
        occurrence=occurrence,
        kind=kind,
        target_on=day,
        opens_on=day,
        closes_on=day,
        chosen_on=day,
    )


def _new_chain_of_identity() -> str:
    """Return a fresh chain-of-identity id, one per therapy event (ISBT 128 standard ST-028)."""
    return f"COI-{secrets.token_hex(5).upper()}"
