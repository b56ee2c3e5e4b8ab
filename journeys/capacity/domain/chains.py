"""Finding the best chain of slots: collection, manufacturing, and a bed from day 0.

Everything here is given: which machines are free, which slots the manufacturer has, what the
planner says follows from them and which beds are free. Nothing is read and nothing is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

# Fresh cells are received on the day of the collection or on the next.
LONGEST_TRANSIT_DAYS = 1
MOST_PLANS = 80
SHOWN_CHAINS = 3


class NoChain(StrEnum):
    """Why there is no chain; the last link that was missing."""

    ALREADY_COLLECTED = "already_collected"
    NO_WINDOW = "no_window"
    NO_COLLECTION = "no_collection"
    NO_SLOT = "no_slot"
    NO_PLAN = "no_plan"
    NO_BED = "no_bed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A machine that is free on a day; `name` says which, `site` where."""

    on: date
    starts_at: datetime
    minutes: int
    resource: UUID
    name: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manufacturing:
    """A free slot of the manufacturer: when the cells are received and when they come back."""

    slot: UUID
    received_on: date
    ready_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Infusion:
    """What the planner says follows: day 0, how far it may move, and when the patient travels.

    `visits` are the days on which the patient comes to the centre before and on day 0.
    """

    on: date
    closes_on: date
    visits: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """A ward bed that is free for the whole stay."""

    resource: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a chain costs.

    Units:
        days: from today to day 0; margin_days: what is left to the nearer end of a window.
        trips: days of travel that the patient does not make anyway; minutes: their travel time both
        ways, None where it is not known.
    """

    days: int
    trips: int
    minutes: int | None
    margin_days: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """Return what chains are ordered by: sooner, then less travel, then more margin."""
        return (self.days, self.trips, -self.margin_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One way through: a machine, a slot where the product has slots, and a bed from day 0."""

    collection: Collection
    manufacturing: Manufacturing | None
    infusion_on: date
    bed: Bed | None
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best chains, best first; without any, what was missing."""

    chains: tuple[Chain, ...]
    missing: NoChain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search works with.

    `slots` is None for a product whose manufacturer gives no slots: then the plan's own lead time
    counts. `infusion_after` is the planner: day 0 for a collection and a day on which the product
    is ready, or None when the protocol forbids it. `later_infusion` gives the same for a day 0 that
    is chosen later. `bed_from` is the ward.

    Units:
        collection_closes: the last day of the collection's window; travel_minutes: one way.
    """

    today: date
    collection_closes: date
    collections: Sequence[Collection]
    slots: Sequence[Manufacturing] | None
    infusion_after: Callable[[date, date | None, date | None], Infusion | None]
    bed_from: Callable[[date], Bed | None]
    next_bed_day: Callable[[date, date], date | None]
    needs_bed: bool
    booked_days: frozenset[date]
    travel_minutes: int | None


def find_chains(search: Search) -> Found:
    """Return the three best chains, in an order that is always the same.

    The work is bounded: at most `MOST_PLANS` combinations are planned, the soonest first.
    """
    if not search.collections:
        return Found(chains=(), missing=NoChain.NO_COLLECTION)
    pairs = sorted(_pairs(search), key=_pair_order)[:MOST_PLANS]
    if not pairs:
        return Found(chains=(), missing=NoChain.NO_SLOT)
    chains: list[Chain] = []
    missing = NoChain.NO_PLAN
    for collection, slot in pairs:
        infusion = search.infusion_after(collection.on, slot.ready_on if slot else None, None)
        if infusion is None:
            continue
        chain = _with_bed(search, collection, slot, infusion)
        if chain is None:
            missing = NoChain.NO_BED
        else:
            chains.append(chain)
    if not chains:
        return Found(chains=(), missing=missing)
    best = sorted(chains, key=lambda chain: (*chain.cost.rank, *_order(chain)))
    return Found(chains=tuple(best[:SHOWN_CHAINS]))


def _pairs(search: Search) -> Iterator[tuple[Collection, Manufacturing | None]]:
    """Yield the first free machine of each day and site with every slot that can take its cells."""
    for collection in _first_of_each_day(search.collections):
        if search.slots is None:
            yield collection, None
            continue
        for slot in search.slots:
            if 0 <= (slot.received_on - collection.on).days <= LONGEST_TRANSIT_DAYS:
                yield collection, slot


def _first_of_each_day(collections: Iterable[Collection]) -> Iterator[Collection]:
    seen: set[tuple[date, str]] = set()
    for each in sorted(collections, key=lambda one: (one.on, one.site, one.starts_at, one.name)):
        if (each.on, each.site) not in seen:
            seen.add((each.on, each.site))
            yield each


def _pair_order(pair: tuple[Collection, Manufacturing | None]) -> tuple[date, date, str, str]:
    collection, slot = pair
    ready_on = slot.ready_on if slot else collection.on
    return (ready_on, collection.on, collection.site, str(slot.slot) if slot else "")


def _order(chain: Chain) -> tuple[date, str, str, str]:
    slot = chain.manufacturing
    collection = chain.collection
    return (collection.on, collection.site, collection.name, str(slot.slot) if slot else "")


def _with_bed(
    search: Search, collection: Collection, slot: Manufacturing | None, infusion: Infusion
) -> Chain | None:
    """Return the chain with the bed from day 0; day 0 waits for a bed inside its window."""
    bed = search.bed_from(infusion.on) if search.needs_bed else None
    if search.needs_bed and bed is None:
        day = search.next_bed_day(infusion.on, infusion.closes_on)
        later = (
            search.infusion_after(collection.on, slot.ready_on if slot else None, day)
            if day
            else None
        )
        if later is None:
            return None
        infusion, bed = later, search.bed_from(later.on)
        if bed is None:
            return None
    return Chain(
        collection=collection,
        manufacturing=slot,
        infusion_on=infusion.on,
        bed=bed,
        cost=_cost(search, collection, infusion),
    )


def _cost(search: Search, collection: Collection, infusion: Infusion) -> Cost:
    trips = len((infusion.visits | {collection.on}) - search.booked_days)
    return Cost(
        days=(infusion.on - search.today).days,
        trips=trips,
        minutes=None if search.travel_minutes is None else 2 * search.travel_minutes * trips,
        margin_days=min(
            (search.collection_closes - collection.on).days,
            (infusion.closes_on - infusion.on).days,
        ),
    )
