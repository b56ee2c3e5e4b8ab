"""What must be in place before a stage is completed: for a journey, a record and a centre."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, QuerySet

from carttrack.accounts.domain import Role
from carttrack.accounts.labels import ROLE_LABELS
from carttrack.accounts.models import Centre, User
from carttrack.prepared import Param, prepared
from journeys.planning.domain.protocol import GateItem, Protocol, StageDefinition
from journeys.planning.models import Activity, Cycle, GateCheck, Journey
from journeys.planning.selectors.wording import words
from journeys.planning.services import open_gate_items
from journeys.planning.workspace import load, protocol_of
from journeys.worklist.labels import EVIDENCE_LABELS

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """One item of a gate, settled or open; `uid` is the check that settled it."""

    stage: str
    item: str
    title: str
    evidence: str
    mark: str  # done, at_risk (overridden) or planned
    said: str
    who: str
    at: datetime | None
    uid: uuid.UUID | None
    may_override: bool
    overriders: str

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has settled it."""
        return self.uid is None


@dataclass(frozen=True, slots=True)
class SettledItem:
    """The check or the override of one item, its fields in the order in which they are read."""

    stage: str
    item: str
    uid: uuid.UUID
    is_override: bool
    reason: str
    evidence: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideLine:
    """One override on a centre's list."""

    uid: uuid.UUID  # the patient's, for the read log
    journey_uid: uuid.UUID
    patient: str
    stage: str
    item: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """One page of a centre's overrides, newest first."""

    rows: tuple[OverrideLine, ...]
    page: Page[GateCheck]


def gates_of(cycle: Cycle, *, roles: frozenset[Role]) -> Mapping[str, tuple[GateLine, ...]]:
    """Return the gates of a cycle by stage, in one query; `roles` are the reader's."""
    return gates_at([stage.code for stage in _stages(cycle)], cycle, roles=roles)


def gates_at(
    codes: Collection[str], cycle: Cycle, *, roles: frozenset[Role]
) -> Mapping[str, tuple[GateLine, ...]]:
    """Return the gates of some stages of a cycle; nothing is asked where none has one."""
    stages = [stage for stage in _stages(cycle) if stage.gate and stage.code in codes]
    if not stages:
        return {}
    found = (SettledItem(*row) for row in _checks().rows(cycle=cycle.pk))
    checks = {(check.stage, check.item): check for check in found}
    return {
        stage.code: tuple(
            _line(stage.code, item, checks.get((stage.code, item.code)), roles)
            for item in stage.gate
        )
        for stage in stages
    }


def _stages(cycle: Cycle) -> tuple[StageDefinition, ...]:
    return protocol_of(cycle.protocol_version).stages


@prepared
def _checks() -> "QuerySet[GateCheck, Any]":
    live = GateCheck.objects.live().filter(cycle=Param("cycle", BigIntegerField()))
    columns = ("stage_code", "item", "uid", "is_override", "reason", "evidence", "made_by__name")
    return live.values_list(*columns, "made_at")


def missing_before(activity: Activity, *, roles: frozenset[Role]) -> tuple[GateLine, ...]:
    """Return what must still be settled before an activity may be recorded."""
    space = load(activity.journey.uid, for_update=False)
    known = space.activities.get(activity.point)
    if known is None or known.pk != activity.pk:
        return ()
    return tuple(
        _line(open_item.stage, open_item.asked, None, roles)
        for open_item in open_gate_items(space, known)
    )


def gate_line(journey: Journey, stage: str, item: str, *, roles: frozenset[Role]) -> GateLine:
    """Return one item of the latest cycle's gates.

    Raises:
        LookupError: the protocol asks for no such thing.
    """
    cycle = latest_cycle(journey)
    for line in gates_of(cycle, roles=roles).get(stage, ()):
        if line.item == item:
            return line
    raise LookupError(f"{stage} asks for no {item}")


def latest_cycle(journey: Journey) -> Cycle:
    """Return the cycle that the journey is in."""
    return journey.cycles.select_related("protocol_version").order_by("-number")[:1].get()


def overrides(user: User, centre: Centre, *, page: str) -> Overrides:
    """Return one page of what the centre went on without, in a fixed number of queries."""
    found = (
        GateCheck.objects.live()
        .filter(
            centre=centre,
            is_override=True,
            cycle__journey__in=Journey.objects.visible_to(user),
        )
        .select_related("made_by", "cycle__protocol_version", "cycle__journey__patient")
        .order_by("-made_at", "-pk")
    )
    shown = Paginator(found, PAGE_SIZE).get_page(page)
    return Overrides(rows=tuple(_override(check) for check in shown.object_list), page=shown)


def _line(
    stage: str, item: GateItem, check: SettledItem | None, roles: frozenset[Role]
) -> GateLine:
    mark = "planned"
    if check:
        mark = "at_risk" if check.is_override else "done"
    return GateLine(
        stage=stage,
        item=item.code,
        title=words(item.title),
        evidence=str(EVIDENCE_LABELS[item.evidence]),
        mark=mark,
        said=(check.reason or check.evidence) if check else "",
        who=check.who if check else "",
        at=check.at if check else None,
        uid=check.uid if check else None,
        may_override=bool(roles & {Role(role) for role in item.override}),
        overriders=", ".join(str(ROLE_LABELS[Role(role)]) for role in item.override),
    )


def _override(check: GateCheck) -> OverrideLine:
    journey = check.cycle.journey
    protocol = protocol_of(check.cycle.protocol_version)
    stage, item = _names(protocol, check)
    return OverrideLine(
        uid=journey.patient.uid,
        journey_uid=journey.uid,
        patient=journey.patient.full_name,
        stage=stage,
        item=item,
        reason=check.reason,
        who=check.made_by.name,
        at=check.made_at,
    )


def _names(protocol: Protocol, check: GateCheck) -> tuple[str, str]:
    """Return what the stage and the item are called; a later version may know neither."""
    for stage in protocol.stages:
        for item in stage.gate:
            if (stage.code, item.code) == (check.stage_code, check.item):
                return words(stage.title), words(item.title)
    return check.stage_code, check.item
