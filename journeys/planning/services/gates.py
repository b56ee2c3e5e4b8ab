"""What must be in place before a stage is completed: checked, or passed over with a reason."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership, User
from carttrack.audit import services as audit
from journeys.planning.domain.protocol import GateItem, StageDefinition
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity, GateCheck
from journeys.planning.services.checks import active_journey
from journeys.planning.services.refusals import (
    EvidenceMissing,
    GateNotMet,
    GateSettled,
    NoSuchGateItem,
    NotYoursToOverride,
    ReasonMissing,
)
from journeys.planning.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """Something of a stage's gate that nobody has settled."""

    stage: str
    asked: GateItem

    @property
    def code(self) -> str:
        """Return the item's code."""
        return self.asked.code


@transaction.atomic
def check_gate_item(
    *, journey_uid: uuid.UUID, stage: str, item: str, evidence: str, by: User, now: datetime
) -> GateCheck:
    """Say that something is in place, and what shows it.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
        NoSuchGateItem: the stage asks for no such thing.
        GateSettled: it is checked or overridden already.
        EvidenceMissing: nothing is said that shows it.
    """
    space = active_journey(journey_uid)
    _item(space, stage, item)
    if not evidence.strip():
        raise EvidenceMissing
    return _settle(space, stage, item, by=by, now=now, evidence=evidence.strip())


@transaction.atomic
def override_gate_item(
    *, journey_uid: uuid.UUID, stage: str, item: str, reason: str, by: User, now: datetime
) -> GateCheck:
    """Go on without something, for a reason that stands on the centre's list of overrides.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
        NoSuchGateItem: the stage asks for no such thing.
        GateSettled: it is checked or overridden already.
        NotYoursToOverride: the protocol gives this decision to another role, or to nobody.
        ReasonMissing: no reason was given.
    """
    space = active_journey(journey_uid)
    asked = _item(space, stage, item)
    held = Membership.objects.of(by, [Role(role) for role in asked.override])
    if not asked.override or not held.filter(centre=space.journey.centre).exists():
        raise NotYoursToOverride
    if not reason.strip():
        raise ReasonMissing
    return _settle(space, stage, item, by=by, now=now, is_override=True, reason=reason.strip())


@transaction.atomic
def withdraw_gate_check(*, check_uid: uuid.UUID, by: User, now: datetime) -> GateCheck:
    """Take a check or an override back; the row stays.

    Raises:
        GateCheck.DoesNotExist: there is none that holds in the latest cycle.
        JourneyNotActive: the journey has ended.
    """
    found = GateCheck.objects.live().select_related("cycle__journey").get(uid=check_uid)
    space = active_journey(found.cycle.journey.uid)
    check = GateCheck.objects.live().select_for_update().get(pk=found.pk, cycle=space.cycle)
    check.withdrawn_at, check.withdrawn_by = now, by
    check.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _note(space, check, "gate.withdrawn", by=by, now=now)
    return check


def gate_stages(space: Workspace, activity: Activity) -> list[StageDefinition]:
    """Return the stages that are completed by recording this activity and that have a gate."""
    same = (each for each in space.activities.values() if each.code == activity.code)
    asked = (each.occurrence for each in same if each.state != ActivityState.CANCELLED)
    names = {activity.point, f"{activity.code}#{activity.occurrence}"}
    if activity.occurrence == max(asked, default=0):
        names.add(f"{activity.code}#last")
    return [stage for stage in space.protocol.stages if stage.gate and stage.ends_with in names]


def require_gates(space: Workspace, activity: Activity) -> None:
    """Refuse to complete a stage while something of its gate is neither checked nor overridden.

    Raises:
        GateNotMet: it names what is missing.
    """
    missing = open_gate_items(space, activity)
    if missing:
        raise GateNotMet(space.title(activity), [item.asked.title["en"] for item in missing])


def open_gate_items(space: Workspace, activity: Activity) -> tuple[OpenItem, ...]:
    """Return what must still be settled before an activity may be recorded."""
    stages = gate_stages(space, activity)
    settled = set()
    if stages:
        checks = GateCheck.objects.live().filter(cycle=space.cycle)
        settled = set(checks.values_list("stage_code", "item"))
    return tuple(
        OpenItem(stage=stage.code, asked=asked)
        for stage in stages
        for asked in stage.gate
        if (stage.code, asked.code) not in settled
    )


def _item(space: Workspace, stage: str, item: str) -> GateItem:
    for definition in space.protocol.stages:
        for asked in definition.gate:
            if (definition.code, asked.code) == (stage, item):
                return asked
    raise NoSuchGateItem


def _settle(
    space: Workspace,
    stage: str,
    item: str,
    *,
    by: User,
    now: datetime,
    evidence: str = "",
    is_override: bool = False,
    reason: str = "",
) -> GateCheck:
    settled = GateCheck.objects.live().filter(cycle=space.cycle, stage_code=stage, item=item)
    if settled.exists():
        raise GateSettled
    check = GateCheck.objects.create(
        cycle=space.cycle,
        centre=space.journey.centre,
        stage_code=stage,
        item=item,
        evidence=evidence,
        is_override=is_override,
        reason=reason,
        made_by=by,
        made_at=now,
    )
    action = "gate.overridden" if is_override else "gate.checked"
    _note(space, check, action, by=by, now=now)
    return check


def _note(space: Workspace, check: GateCheck, action: str, *, by: User, now: datetime) -> None:
    audit.record(
        actor=by,
        action=action,
        patient_uid=space.journey.patient.uid,
        subject=check,
        centre=space.journey.centre,
        before=None,
        after={"stage": check.stage_code, "item": check.item, "evidence": check.evidence},
        note=check.reason,
        now=now,
    )
