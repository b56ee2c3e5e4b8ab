"""What must be in place before a stage is completed: for a journey, a record and a centre."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from carttrack.accounts.domain import Role
from carttrack.accounts.labels import ROLE_LABELS
from carttrack.accounts.models import Centre, User
from journeys.planning.domain.protocol import GateItem, Protocol
from journeys.planning.models import Activity, Cycle, GateCheck, Journey
from journeys.planning.selectors.timeline import words
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
    protocol = protocol_of(cycle.protocol_version)
    if not any(stage.gate for stage in protocol.stages):
        return {}
    live = GateCheck.objects.live().filter(cycle=cycle).select_related("made_by")
    checks = {(check.stage_code, check.item): check for check in live}
    return {
        stage.code: tuple(
            _line(stage.code, item, checks.get((stage.code, item.code)), roles)
            for item in stage.gate
        )
        for stage in protocol.stages
        if stage.gate
    }


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


def _line(stage: str, item: GateItem, check: GateCheck | None, roles: frozenset[Role]) -> GateLine:
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
        who=check.made_by.name if check else "",
        at=check.made_at if check else None,
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
