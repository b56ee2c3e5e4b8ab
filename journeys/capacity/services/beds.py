"""The beds that an infusion takes: the ward bed for the whole stay, and the ICU option."""

from collections.abc import Sequence
from datetime import date, timedelta

from carttrack.accounts.models import Centre
from journeys.capacity.domain.kinds import ResourceKind, is_infusion
from journeys.capacity.domain.stays import Stay, full_days, stay_span
from journeys.capacity.labels import KIND_LABELS, said_days, said_span
from journeys.capacity.models import Resource
from journeys.capacity.services.asking import Asking, Take, lock_units, overbooked, own_first
from journeys.capacity.services.refusals import NoBedForTheStay
from journeys.capacity.workspace import Unit, stays_of, units, zone_of
from journeys.planning.models import Activity

Missing = tuple[tuple[ResourceKind, tuple[date, ...]], ...]


def stays_for(activity: Activity, centre: Centre) -> tuple[Stay, ...]:
    """Return the beds that an activity takes at a centre: none unless it is an infusion."""
    return stays_of(centre) if is_infusion(activity.code) else ()


def beds_from(asking: Asking, centre: Centre, day_0: date) -> tuple[list[Take], Missing]:
    """Return the beds of a stay, and the options that nothing is left for.

    A centre without any unit of a kind does not keep account of it here.
    """
    stays = stays_for(asking.activity, centre)
    lock_units(centre, [stay.kind for stay in stays])
    taken: list[Take] = []
    missing: list[tuple[ResourceKind, tuple[date, ...]]] = []
    for stay in stays:
        span = stay_span(stay, day_0, zone_of(centre))
        kept = Resource.objects.active().filter(centre=centre, kind=stay.kind)
        found = units(kept, starts_at=span.starts_at, ends_at=span.ends_at)
        free = [unit for unit in found if unit.can_take(span, ignoring=asking.activity)]
        if free:
            bed = own_first(free, asking.activity)[0]
            taken.append(Take(unit=bed, span=span, is_option=stay.is_option))
        elif found and stay.is_option:
            missing.append((stay.kind, _full(asking, stay, found, day_0)))
        elif found:
            taken.append(_without_a_bed(asking, stay, found, day_0))
    return taken, tuple(missing)


def _without_a_bed(asking: Asking, stay: Stay, found: Sequence[Unit], day_0: date) -> Take:
    span = stay_span(stay, day_0, found[0].zone)
    open_beds = [unit for unit in found if not unit.closure_in(span)]
    if asking.overbook_reason and open_beds:
        return overbooked(asking, open_beds[0], span)
    raise NoBedForTheStay(
        KIND_LABELS[stay.kind],
        said_span(span, found[0].zone, today=asking.today),
        said_days(_full(asking, stay, found, day_0), today=asking.today),
    )


def _full(asking: Asking, stay: Stay, found: Sequence[Unit], day_0: date) -> tuple[date, ...]:
    return full_days(
        day_0 + timedelta(days=stay.first_day),
        day_0 + timedelta(days=stay.last_day),
        taken=[unit.taken(ignoring=asking.activity) for unit in found],
        zone=found[0].zone,
    )
