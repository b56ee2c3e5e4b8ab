"""Another therapy event on the same journey: collected again, made again, or another product."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.interruptions import PRODUCT_FAILURES, Item
from journeys.planning.domain.plan import REFERENCE_POINT
from journeys.planning.domain.protocol import Protocol
from journeys.planning.domain.states import (
    ActivityState,
    CycleReason,
    RevisionKind,
    StageState,
)
from journeys.planning.models import Activity, ProtocolVersion, Stage
from journeys.planning.services.checks import active_journey, check_offered, plan_of
from journeys.planning.services.interruptions import tell_team
from journeys.planning.services.refusals import (
    AlreadyOnHold,
    BeforeTheCycle,
    DateInFuture,
    NoSuchStage,
    ReasonMissing,
)
from journeys.planning.services.releasing import cancel_open
from journeys.planning.services.revising import with_news
from journeys.planning.services.therapy import activity_on, new_cycle
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import Workspace, facts, known_track, load, protocol_of


@transaction.atomic
def start_cycle(
    *,
    journey_uid: uuid.UUID,
    reason: CycleReason,
    from_stage: str,
    on: date,
    by: User,
    today: date,
    now: datetime,
    version: ProtocolVersion | None = None,
    note: str = "",
) -> Outcome:
    """Begin another cycle from a stage on; the cycle before it is kept as it was.

    What the earlier cycle still had open is cancelled, its appointments too. The new cycle has a
    chain of identity of its own. What comes before `from_stage`, which is no later than the
    infusion's, is passed over, and the plan counts from `on`, the day of the decision, as if it had
    been reached then. `version` is another protocol when the next product is another one.

    Units:
        on: local calendar date at the centre.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive, AlreadyOnHold: nothing can be begun now.
        DateInFuture, BeforeTheCycle: `on` is not between the start of the cycle and `today`.
        ProtocolElsewhere, RegionNotCovered, NoSuchStage: the protocol does not go there.
        ReasonMissing: "other" needs a note.
    """
    before = active_journey(journey_uid)
    journey = before.journey
    version = version or journey.protocol_version
    _check(before, version, reason=reason, from_stage=from_stage, on=on, note=note, today=today)
    cancel_open(before, reason=reason, now=now)
    Stage.objects.filter(cycle=before.cycle).exclude(state=StageState.DONE).update(
        state=StageState.CANCELLED
    )
    journey.protocol_version = version
    journey.track = known_track(protocol_of(version), journey.track)
    journey.save(update_fields=["protocol_version", "track"])
    first = new_cycle(journey, number=before.cycle.number + 1, on=on, reason=reason)
    _not_repeated(first).save()
    space = load(journey.uid, for_update=True)
    _pass_over(space, from_stage, on=on, today=today)
    outcome = write_plan(
        space,
        plan_of(space, facts(space), today=today),
        kind=RevisionKind.CYCLE,
        by=by,
        now=now,
        today=today,
        reason=reason,
        note=note.strip(),
        former=before,
    )
    audit.record(
        actor=by,
        action="journey.cycle_started",
        patient_uid=journey.patient.uid,
        subject=journey,
        centre=journey.centre,
        before={"cycle": before.cycle.number, "chain_of_identity": before.cycle.chain_of_identity},
        after={
            "cycle": space.cycle.number,
            "chain_of_identity": space.cycle.chain_of_identity,
            "protocol": str(version),
        },
        reason=reason,
        note=note.strip(),
        now=now,
    )
    if reason in PRODUCT_FAILURES:
        tell_team(
            journey=journey, item=Item.PRODUCT_FAILED, about=space.cycle.number, by=by, now=now
        )
    return with_news(outcome, space, now=now)


def _check(
    before: Workspace,
    version: ProtocolVersion,
    *,
    reason: CycleReason,
    from_stage: str,
    on: date,
    note: str,
    today: date,
) -> None:
    if before.live_hold:
        raise AlreadyOnHold
    if on > today:
        raise DateInFuture(gettext("The new cycle"), on)
    if on < before.cycle.started_on:
        raise BeforeTheCycle(on, before.cycle.started_on)
    if version != before.journey.protocol_version:
        check_offered(version, before.journey.centre)
    if from_stage not in _up_to_the_infusion(protocol_of(version)):
        raise NoSuchStage
    if reason == CycleReason.OTHER and not note.strip():
        raise ReasonMissing


def _up_to_the_infusion(protocol: Protocol) -> list[str]:
    """Return the stages that a therapy event can begin with, for it leads to an infusion."""
    codes = [stage.code for stage in protocol.stages]
    infusion = next(each for each in protocol.activities if each.code == REFERENCE_POINT)
    return codes[: codes.index(infusion.stage) + 1]


def _pass_over(space: Workspace, from_stage: str, *, on: date, today: date) -> None:
    """Pass over everything that the plan has in earlier stages, as often as it has it."""
    codes = [stage.code for stage in space.protocol.stages]
    earlier = set(codes[: codes.index(from_stage)])
    plan = plan_of(space, facts(space), today=today)
    passed_over = Activity.objects.bulk_create(
        _not_repeated(
            activity_on(
                on,
                space.cycle,
                space.stages[planned.stage],
                code=planned.code,
                kind=space.protocol.activity(planned.code).kind,
                occurrence=planned.occurrence,
            )
        )
        for planned in plan.activities
        if planned.stage in earlier and planned.point not in space.activities
    )
    space.activities |= {activity.point: activity for activity in passed_over}


def _not_repeated(activity: Activity) -> Activity:
    activity.state = ActivityState.NOT_NEEDED
    number = {"number": activity.cycle.number}
    activity.close_reason = gettext("Not repeated in cycle %(number)d.") % number
    return activity
