"""The units of centres loaded whole: their hours, closures and what is taken of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from carttrack.accounts.models import Centre, ClosedDay
from journeys.capacity.domain.free import free_starts
from journeys.capacity.domain.hours import DAYTIME, Hours, Week, covers, joined, open_spans
from journeys.capacity.domain.kinds import EVERY_DAY_KINDS, STAY_KINDS, ResourceKind
from journeys.capacity.domain.stays import DEFAULT_STAYS, Span, Stay, days_of
from journeys.capacity.models import BedStay, Closure, OpeningHours, Reservation, Resource
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.models import Activity

KINDS = tuple(ResourceKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit with everything that decides whether it can be had.

    `closures` and `reservations` are those that stand and share time with what was asked for.
    """

    resource: Resource
    zone: ZoneInfo
    open_days: OpenDays
    week: Week | None
    closures: tuple[Closure, ...]
    reservations: tuple[Reservation, ...]

    @property
    def kind(self) -> ResourceKind:
        """Return what the unit is."""
        return ResourceKind(self.resource.kind)

    def open_on(self, day: date) -> list[Span]:
        """Return when the unit is open on a local day, closures not counted."""
        works_every_day = self.week is None and self.kind in EVERY_DAY_KINDS
        is_open_day = works_every_day or self.open_days.is_open(day)
        return open_spans(day, week=self.week, is_open_day=is_open_day, zone=self.zone)

    def is_open(self, wanted: Span) -> bool:
        """Tell whether the unit's hours hold a time whole; beds for nights are always open."""
        if self.kind in STAY_KINDS:
            return True
        first_on = wanted.starts_at.astimezone(self.zone).date()
        last_on = wanted.ends_at.astimezone(self.zone).date()
        spans = joined(span for day in days_of(first_on, last_on) for span in self.open_on(day))
        return covers(spans, wanted)

    def closure_in(self, wanted: Span) -> Closure | None:
        """Return the closure that a time runs into."""
        return next((each for each in self.closures if wanted.overlaps(_span(each))), None)

    def clash(self, wanted: Span, *, ignoring: Activity | None) -> Reservation | None:
        """Return what is in the way of a time; an activity's own reservations are not."""
        return next(
            (
                each
                for each in self.reservations
                if wanted.overlaps(each.span)
                and (ignoring is None or each.activity_id != ignoring.pk)
            ),
            None,
        )

    def can_take(self, wanted: Span, *, ignoring: Activity | None = None) -> bool:
        """Tell whether the unit is open and nothing is in the way."""
        return (
            self.is_open(wanted)
            and self.closure_in(wanted) is None
            and self.clash(wanted, ignoring=ignoring) is None
        )

    def taken(self, *, ignoring: Activity | None = None) -> list[Span]:
        """Return every time that cannot be had: reservations and closures."""
        kept = (each for each in self.reservations if not _is_of(each, ignoring))
        return [*(each.span for each in kept), *(_span(each) for each in self.closures)]


def units(
    resources: QuerySet[Resource], *, starts_at: datetime, ends_at: datetime
) -> tuple[Unit, ...]:
    """Return units with what stands in a span, in six queries whatever their number."""
    found = list(
        resources.order_by("kind", "name", "pk")
        .select_related("centre")
        .prefetch_related(
            Prefetch(
                "reservations",
                Reservation.objects.live()
                .during(starts_at, ends_at)
                .select_related("activity__journey__patient", "activity__cycle")
                .select_related("activity__journey__protocol_version")
                .defer("activity__journey__protocol_version__document", "activity__why")
                .order_by("starts_at", "pk"),
                to_attr="standing_reservations",
            ),
            Prefetch(
                "closures",
                Closure.objects.standing()
                .filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
                .order_by("starts_at", "pk"),
                to_attr="standing_closures",
            ),
        )
    )
    centres = {resource.centre_id: resource.centre for resource in found}
    weeks, days = _weeks(centres), open_days_of(centres.values())
    made = (
        Unit(
            resource=resource,
            zone=zone_of(resource.centre),
            open_days=days[resource.centre_id],
            week=weeks.get((resource.pk, "")) or weeks.get((resource.centre_id, resource.kind)),
            closures=tuple(getattr(resource, "standing_closures", ())),
            reservations=tuple(getattr(resource, "standing_reservations", ())),
        )
        for resource in found
    )
    return tuple(sorted(made, key=_place))


def open_days_of(centres: Iterable[Centre]) -> dict[int, OpenDays]:
    """Return the open days of centres, by id."""
    found = list(centres)
    closed: dict[int, dict[date, str]] = {centre.pk: {} for centre in found}
    for row in ClosedDay.objects.filter(centre__in=found):
        closed[row.centre_id][row.on] = row.name
    return {
        centre.pk: OpenDays(
            closed_weekdays=frozenset(centre.closed_weekdays), closed=closed[centre.pk]
        )
        for centre in found
    }


def stays_of(centre: Centre) -> tuple[Stay, ...]:
    """Return which beds an infusion takes at a centre, and for how long."""
    own = {row.kind: row for row in BedStay.objects.filter(centre=centre)}
    return tuple(
        Stay(
            kind=stay.kind,
            first_day=stay.first_day,
            last_day=own[stay.kind].last_day,
            is_option=stay.is_option,
            source=own[stay.kind].source,
        )
        if stay.kind in own
        else stay
        for stay in DEFAULT_STAYS
    )


def zone_of(centre: Centre) -> ZoneInfo:
    """Return a centre's time zone."""
    return ZoneInfo(centre.time_zone)


def starts_on(
    unit: Unit, day: date, *, minutes: int, now: datetime, ignoring: Activity | None = None
) -> list[datetime]:
    """Return when something could begin in a unit on a day; by daylight where it never closes."""
    spans = unit.open_on(day)
    if unit.week is None and spans:
        week = {day.weekday(): [DAYTIME]}
        spans = open_spans(day, week=week, is_open_day=True, zone=unit.zone)
    return free_starts(spans, unit.taken(ignoring=ignoring), minutes=minutes, not_before=now)


def reach(day: date, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants from the beginning of a local day to the end of one `days` later."""
    starts = datetime.combine(day, datetime.min.time(), tzinfo=zone)
    ends = datetime.combine(day + timedelta(days=days + 1), datetime.min.time(), tzinfo=zone)
    return starts, ends


def _place(unit: Unit) -> tuple[int, str, list[tuple[int, str]], int]:
    """Return what units are ordered by: the patient's way, then names as people count."""
    parts = re.findall(r"\d+|\D+", unit.resource.name)
    counted = [(int(part), "") if part.isdecimal() else (0, part) for part in parts]
    return (KINDS.index(unit.kind), unit.resource.centre.name, counted, unit.resource.pk)


def _weeks(centres: Mapping[int, Centre]) -> dict[tuple[int, str], dict[int, list[Hours]]]:
    """Return hours in force by unit (with an empty kind) or by centre and kind."""
    found: dict[tuple[int, str], dict[int, list[Hours]]] = {}
    for row in OpeningHours.objects.in_force().filter(centre__in=centres).order_by("opens"):
        key = (row.resource_id, "") if row.resource_id else (row.centre_id, row.kind)
        hours = Hours(row.opens, row.closes)
        found.setdefault(key, {}).setdefault(row.weekday, []).append(hours)
    return found


def _span(closure: Closure) -> Span:
    return Span(closure.starts_at, closure.ends_at)


def _is_of(reservation: Reservation, activity: Activity | None) -> bool:
    return activity is not None and reservation.activity_id == activity.pk
