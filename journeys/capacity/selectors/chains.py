"""The best chains of slots for a journey whose cells are still to be collected."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.chains import (
    Bed,
    Chain,
    Collection,
    Found,
    Infusion,
    Manufacturing,
    NoChain,
    Search,
    find_chains,
)
from journeys.capacity.domain.kinds import COLLECTION, INFUSION, PREPARATION, ResourceKind
from journeys.capacity.domain.slots import SlotState
from journeys.capacity.domain.stays import Stay, days_of, stay_span
from journeys.capacity.models import ManufacturingSlot, Resource
from journeys.capacity.workspace import Unit, reach, starts_on, stays_of, units, zone_of
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.plan import Plan
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.rules import MissingRule
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity
from journeys.planning.workspace import Workspace, compute, facts, load

PRODUCT_READY = "product_received"
# How far ahead machines are looked at, and how much later day 0 may become for want of a bed.
HORIZON_DAYS = 60
LATEST_BED_DAYS = 28
USUAL_MINUTES = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSearch:
    """What was found, with a name for each chain that stays the same while nothing changes."""

    found: Found
    keys: tuple[str, ...]

    def chain(self, key: str) -> Chain | None:
        """Return the chain that goes by a key, if it is still among the best."""
        return dict(zip(self.keys, self.found.chains, strict=True)).get(key)


@dataclass(slots=True, kw_only=True)
class Planner:
    """The pure planner asked with hypothetical facts; what it answered is remembered."""

    space: Workspace
    today: date
    given: dict[Point, Fact]
    known: set[tuple[str, Point]]
    answers: dict[tuple[date, date | None, date | None], Infusion | None] = field(
        default_factory=dict
    )

    def infusion_after(
        self, collected_on: date, ready_on: date | None, infused_on: date | None
    ) -> Infusion | None:
        """Return day 0 and its room when the cells are collected on a day, or None."""
        question = (collected_on, ready_on, infused_on)
        if question not in self.answers:
            self.answers[question] = self._ask(*question)
        return self.answers[question]

    def _ask(
        self, collected_on: date, ready_on: date | None, infused_on: date | None
    ) -> Infusion | None:
        given = dict(self.given)
        for point, on, kind in (
            (COLLECTION, collected_on, FactKind.BOOKED),
            (PRODUCT_READY, ready_on, FactKind.EXPECTED),
            (INFUSION, infused_on, FactKind.LOCKED),
        ):
            if on is not None:
                given[point] = Fact(point=point, on=on, kind=kind)
        try:
            plan = compute(self.space, given, today=self.today)
        except MissingRule:
            return None
        if _conflicts(plan) - self.known:
            return None
        return _infusion(plan)


def search_chains(journey_uid: uuid.UUID, *, user: User, today: date, now: datetime) -> ChainSearch:
    """Return the three best chains for a journey; nothing is written.

    Machines at every centre where `user` coordinates are looked at, inside the window that the plan
    gives the collection. The ward is that of the journey's centre.

    Raises:
        Journey.DoesNotExist: no such journey.
    """
    space = load(journey_uid, for_update=False)
    collection = space.activities.get(COLLECTION)
    if collection is None or not collection.is_open or not _is_active(space):
        return _nothing(NoChain.ALREADY_COLLECTED)
    given = facts(space, released=_ahead(space))
    try:
        plan = compute(space, given, today=today)
    except MissingRule:
        return _nothing(NoChain.NO_PLAN)
    window = _window(plan, today=today)
    if window is None:
        return _nothing(NoChain.NO_WINDOW)
    planner = Planner(space=space, today=today, given=given, known=_conflicts(plan))
    beds = _beds(space, first_on=today)
    stay = next(each for each in stays_of(space.journey.centre) if not each.is_option)
    search = Search(
        today=today,
        collection_closes=window[1],
        collections=_collections(space, user, collection, window, now=now),
        slots=_slots(space, now=now),
        infusion_after=planner.infusion_after,
        bed_from=lambda day: _bed_from(beds, stay, day),
        next_bed_day=lambda day, closes: _next_bed_day(beds, stay, day, closes),
        needs_bed=bool(beds),
        booked_days=_booked_days(space),
        travel_minutes=space.journey.patient.travel_minutes,
    )
    found = find_chains(search)
    return ChainSearch(found=found, keys=tuple(_key(chain) for chain in found.chains))


def _ahead(space: Workspace) -> set[Point]:
    """Return the points that a chain decides anew, whatever is booked or fixed for them now."""
    codes = {COLLECTION, PRODUCT_READY, PREPARATION, INFUSION}
    return {point for point, row in space.activities.items() if row.code in codes and row.is_open}


def _nothing(missing: NoChain) -> ChainSearch:
    return ChainSearch(found=Found(chains=(), missing=missing), keys=())


def _is_active(space: Workspace) -> bool:
    return space.journey.status == JourneyStatus.ACTIVE


def _conflicts(plan: Plan) -> set[tuple[str, Point]]:
    return {(conflict.kind, conflict.point) for conflict in plan.conflicts}


def _window(plan: Plan, *, today: date) -> tuple[date, date] | None:
    """Return the days on which the cells may be collected, from tomorrow on."""
    planned = next((item for item in plan.activities if item.point == COLLECTION), None)
    if planned is None or planned.opens is None or planned.closes is None:
        return None
    return max(planned.opens, today + timedelta(days=1)), planned.closes


def _infusion(plan: Plan) -> Infusion | None:
    """Return what a plan says of day 0 and of the days on which the patient comes until then."""
    by_point = {item.point: item for item in plan.activities}
    day_0 = by_point.get(INFUSION)
    if day_0 is None or day_0.chosen is None or day_0.closes is None:
        return None
    visits = {
        item.chosen for item in plan.activities if item.code == PREPARATION and item.chosen
    } | {day_0.chosen}
    return Infusion(on=day_0.chosen, closes_on=day_0.closes, visits=frozenset(visits))


def _collections(
    space: Workspace,
    user: User,
    activity: Activity,
    window: tuple[date, date],
    *,
    now: datetime,
) -> list[Collection]:
    """Return every machine's first free time on each day of the window, as far as the horizon."""
    opens, closes = window
    last_on = min(closes, opens + timedelta(days=HORIZON_DAYS))
    if last_on < opens:
        return []
    minutes = space.definition(activity).minutes or USUAL_MINUTES
    centres = Centre.objects.of(user, [Role.COORDINATOR])
    machines = Resource.objects.active().filter(kind=ResourceKind.APHERESIS, centre__in=centres)
    starts_at, ends_at = reach(opens, (last_on - opens).days, space.zone)
    found = units(machines, starts_at=starts_at, ends_at=ends_at)
    return [
        Collection(
            on=day,
            starts_at=starts[0],
            minutes=minutes,
            resource=unit.resource.uid,
            name=unit.resource.name,
            site=unit.resource.centre.short_name,
        )
        for unit in found
        for day in days_of(opens, last_on)
        if (starts := starts_on(unit, day, minutes=minutes, ignoring=activity, now=now))
    ]


def _slots(space: Workspace, *, now: datetime) -> list[Manufacturing] | None:
    """Return the manufacturer's free slots; None for a protocol without a product.

    What is confirmed for this therapy stays; what is only held for it stands among the others.
    """
    product = space.journey.protocol_version.protocol.product_id
    if product is None or PRODUCT_READY not in space.activities:
        return None
    own = ManufacturingSlot.objects.live().filter(cycle=space.cycle)
    confirmed = own.filter(state=SlotState.CONFIRMED)
    free = confirmed if confirmed.exists() else own | ManufacturingSlot.objects.free(at=now)
    rows = free.filter(product=product, centre=space.journey.centre)
    return [
        Manufacturing(slot=row.uid, received_on=row.collection_on, ready_on=row.ready_on)
        for row in rows.order_by("collection_on", "ready_on", "uid")
    ]


def _beds(space: Workspace, *, first_on: date) -> tuple[Unit, ...]:
    """Return the ward's beds with what is taken of them in the time that chains reach."""
    centre = space.journey.centre
    beds = Resource.objects.active().filter(centre=centre, kind=ResourceKind.WARD_BED)
    starts_at, ends_at = reach(first_on, 365, zone_of(centre))
    return units(beds, starts_at=starts_at, ends_at=ends_at)


def _bed_from(beds: Sequence[Unit], stay: Stay, day_0: date) -> Bed | None:
    for unit in beds:
        if unit.can_take(stay_span(stay, day_0, unit.zone)):
            return Bed(resource=unit.resource.uid, name=unit.resource.name)
    return None


def _next_bed_day(beds: Sequence[Unit], stay: Stay, day_0: date, closes: date) -> date | None:
    """Return the next day from which a bed is free for the whole stay, within reason."""
    last_on = min(closes, day_0 + timedelta(days=LATEST_BED_DAYS))
    return next((day for day in days_of(day_0, last_on) if _bed_from(beds, stay, day)), None)


def _booked_days(space: Workspace) -> frozenset[date]:
    """Return the days on which the patient comes anyway."""
    ahead = {space.activities[point].pk for point in _ahead(space)}
    return frozenset(
        appointment.starts_at.astimezone(space.zone).date()
        for activity_id, appointment in space.appointments.items()
        if activity_id not in ahead
    )


def _key(chain: Chain) -> str:
    """Return a short name for exactly this chain."""
    parts = (
        chain.collection.resource,
        chain.collection.starts_at.isoformat(),
        chain.manufacturing.slot if chain.manufacturing else "",
        chain.infusion_on,
        chain.bed.resource if chain.bed else "",
    )
    return sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
