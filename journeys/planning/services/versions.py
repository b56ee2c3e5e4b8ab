"""What a journey follows: its protocol version, its follow-up, and the label rules of today."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.rules import MissingRule
from journeys.planning.domain.states import RevisionKind, StageState
from journeys.planning.domain.tracks import left_out
from journeys.planning.models import Activity, ProtocolVersion, Stage
from journeys.planning.services.checks import active_journey, plan_of
from journeys.planning.services.refusals import (
    NoRuleThen,
    NoSuchTrack,
    OtherProtocol,
    ReasonMissing,
    RegionNotCovered,
    SameVersion,
)
from journeys.planning.services.releasing import release
from journeys.planning.services.revising import with_news, with_notice
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import (
    Workspace,
    facts,
    is_planned,
    known_track,
    protocol_of,
    unasked,
)


@transaction.atomic
def migrate_journey(
    *,
    journey_uid: uuid.UUID,
    version: ProtocolVersion,
    reason: str,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
) -> Outcome:
    """Let a journey follow another version of its protocol from now on.

    What happened stays. What the new version no longer asks for is cancelled, and what it asks for
    anew gets its date. Used through `propose` and `commit`.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
        OtherProtocol, RegionNotCovered, SameVersion: the version cannot take over.
        ReasonMissing: a reason is needed.
    """
    space = active_journey(journey_uid)
    journey, former = space.journey, space.journey.protocol_version
    _check_version(space, version)
    if not reason.strip():
        raise ReasonMissing
    journey.protocol_version = space.cycle.protocol_version = version
    space.protocol = protocol_of(version)
    journey.track = known_track(space.protocol, journey.track)
    journey.save(update_fields=["protocol_version", "track"])
    space.cycle.save(update_fields=["protocol_version"])
    _follow_stages(space)
    _let_go(space, _unasked(space, today=today), reason=RevisionKind.MIGRATED, now=now)
    return _written(
        space,
        RevisionKind.MIGRATED,
        before={"protocol": str(former)},
        after={"protocol": str(version)},
        reason=reason,
        note=note,
        by=by,
        today=today,
        now=now,
    )


@transaction.atomic
def choose_track(
    *,
    journey_uid: uuid.UUID,
    track: str,
    reason: str,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
) -> Outcome:
    """Choose how a patient is followed up, among the ways that the protocol offers.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
        NoSuchTrack: the protocol has no such follow-up.
        ReasonMissing: a reason is needed.
    """
    space = active_journey(journey_uid)
    if track not in {known.code for known in space.protocol.tracks}:
        raise NoSuchTrack
    if not reason.strip():
        raise ReasonMissing
    former = space.journey.track
    space.journey.track = track
    space.journey.save(update_fields=["track"])
    still_open = {point for point, activity in space.activities.items() if activity.is_open}
    other = left_out(space.protocol, still_open, track=track)
    _let_go(space, other, reason=RevisionKind.TRACK, now=now)
    return _written(
        space,
        RevisionKind.TRACK,
        before={"track": former},
        after={"track": track},
        reason=reason,
        note=note,
        by=by,
        today=today,
        now=now,
    )


@transaction.atomic
def apply_rules(
    *,
    journey_uid: uuid.UUID,
    tell_patient: bool,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
) -> Outcome:
    """Plan a journey anew under the label rules on file, and tell the patient if a person says so.

    What the rules no longer ask for leaves the plan with its appointment; whoever loses one is told
    in any case. Used through `propose` and `commit`.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
        NoRuleThen: no label rule holds on the day of the infusion.
    """
    space = active_journey(journey_uid)
    _let_go(space, _unasked(space, today=today), reason=RevisionKind.RULES, now=now)
    outcome = _written(
        space,
        RevisionKind.RULES,
        before=None,
        after={"tell_patient": tell_patient},
        reason="label_rule",
        note=note,
        by=by,
        today=today,
        now=now,
    )
    if tell_patient and outcome.changes:
        about = space.activities[outcome.changes[0].point]
        return with_notice(outcome, space, about=about, now=now)
    return outcome


def _check_version(space: Workspace, version: ProtocolVersion) -> None:
    current = space.journey.protocol_version
    if not _can_take_over(space, version):
        raise OtherProtocol
    if version.pk == current.pk:
        raise SameVersion
    if space.journey.region not in version.regions:
        raise RegionNotCovered


def _can_take_over(space: Workspace, version: ProtocolVersion) -> bool:
    """Tell whether it is the same protocol, or the shared one and the centre's own of a product."""
    current, other = space.journey.protocol_version.protocol, version.protocol
    is_usable = other.centre_id in (None, space.journey.centre_id)
    return current == other or (is_usable and current.product_id == other.product_id)


def _unasked(space: Workspace, *, today: date) -> frozenset[Point]:
    try:
        return unasked(space, today=today)
    except MissingRule as error:
        raise NoRuleThen(error.on) from error


def _let_go(
    space: Workspace, points: Collection[Point], *, reason: RevisionKind, now: datetime
) -> None:
    """Give up what is booked or fixed, and still to come, of what is no longer asked for."""
    for point in sorted(points):
        activity = space.activities[point]
        release(space, activity, reason=reason, now=now)
        activity.locked_on, activity.lock_kind, activity.locked_by = None, "", None
        activity.save(update_fields=["locked_on", "lock_kind", "locked_by"])


def _follow_stages(space: Workspace) -> None:
    """Bring stages, and what is open in them, into the protocol's order; one that is gone ends."""
    missing = []
    known = {definition.code for definition in space.protocol.stages}
    for code, former in space.stages.items():
        if code not in known and former.state != StageState.DONE:
            former.state = StageState.CANCELLED
    for position, definition in enumerate(space.protocol.stages, start=1):
        stage = space.stages.get(definition.code)
        if stage is None:
            missing.append(
                Stage(
                    cycle=space.cycle,
                    code=definition.code,
                    position=position,
                    state=StageState.PLANNED,
                )
            )
        else:
            stage.position = position
    Stage.objects.bulk_update(space.stages.values(), ["position", "state"])
    for stage in Stage.objects.bulk_create(missing):
        space.stages[stage.code] = stage
    ahead = [row for row in space.activities.values() if row.is_open and is_planned(space, row)]
    for activity in ahead:
        activity.stage = space.stages[space.protocol.activity(activity.code).stage]
    Activity.objects.bulk_update(ahead, ["stage"])


def _written(
    space: Workspace,
    kind: RevisionKind,
    *,
    before: dict[str, str] | None,
    after: dict[str, str | bool],
    reason: str,
    note: str,
    by: User,
    today: date,
    now: datetime,
) -> Outcome:
    outcome = write_plan(
        space,
        plan_of(space, facts(space), today=today),
        kind=kind,
        by=by,
        now=now,
        today=today,
        reason=reason,
        note=note.strip(),
    )
    audit.record(
        actor=by,
        action=f"journey.{kind}",
        patient_uid=space.journey.patient.uid,
        subject=space.journey,
        centre=space.journey.centre,
        before=before,
        after=after,
        reason=reason,
        note=note.strip(),
        now=now,
    )
    return with_news(outcome, space, now=now)
