"""A centre's calendar: its units, and every patient's stages, against weeks."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.domain.stays import Span, days_of
from journeys.capacity.labels import KIND_LABELS, said_span
from journeys.capacity.models import Closure, Reservation, Resource
from journeys.capacity.selectors.drawing import Axis, Drawing, Item, Row, draw
from journeys.capacity.selectors.people import Seen, journey_page, visible_patients
from journeys.capacity.selectors.stages import (
    StageEntry,
    first_patients,
    stage_entry,
    stage_rows,
    stages_during,
)
from journeys.capacity.workspace import Unit, open_days_of, reach, units, zone_of
from journeys.planning.selectors.wording import title_of

WEEKS = (2, 4, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the table: a unit's reservation or closure, in words."""

    unit: str
    when: str
    who: str
    what: str
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Some weeks of a centre. `hidden` is how many patients' stages found no room."""

    first_on: date
    last_on: date
    drawing: Drawing
    entries: tuple[Entry, ...]
    stages: tuple[StageEntry, ...]
    seen: tuple[Seen, ...]
    has_units: bool
    hidden: int


def calendar(
    user: User,
    *,
    centre: Centre,
    first_on: date,
    weeks: int,
    today: date,
    kind: ResourceKind | None = None,
) -> Calendar:
    """Return a centre's calendar from a day on; a fixed number of queries, whatever is in it.

    A patient is named only to somebody who may see them; to others a bar says "occupied".
    """
    zone = zone_of(centre)
    last_on = first_on + timedelta(days=7 * weeks - 1)
    axis = Axis(first_on=first_on, days=7 * weeks, zone=zone)
    kept = Resource.objects.filter(centre=centre)
    starts_at, ends_at = reach(first_on, 7 * weeks - 1, zone)
    found = units(kept.filter(kind=kind) if kind else kept, starts_at=starts_at, ends_at=ends_at)
    found = tuple(unit for unit in found if unit.resource.is_active or unit.reservations)
    patients = (each.activity.journey.patient_id for unit in found for each in unit.reservations)
    visible = visible_patients(user, patients)
    stages = [] if kind else stages_during(user, centre, first_on, last_on)
    shown, hidden = first_patients(stages)
    rows = [*_unit_rows(found, visible, zone, today=today), *stage_rows(shown, zone, today=today)]
    seen = dict.fromkeys([*visible.values()] + [stage.cycle.journey.patient.uid for stage in shown])
    return Calendar(
        first_on=first_on,
        last_on=last_on,
        drawing=draw(rows, axis=axis, closed=_closed(centre, first_on, last_on), today=today),
        entries=tuple(_entries(found, visible, today=today)),
        stages=tuple(stage_entry(stage, today=today) for stage in shown),
        seen=tuple(Seen(uid=uid) for uid in seen),
        has_units=bool(found),
        hidden=hidden,
    )


def _unit_rows(
    found: Sequence[Unit], visible: dict[int, uuid.UUID], zone: ZoneInfo, *, today: date
) -> Iterator[Row]:
    for kind, group in groupby(found, key=lambda unit: unit.kind):
        yield Row(label=str(KIND_LABELS[kind]), is_heading=True)
        for unit in group:
            yield Row(
                label=unit.resource.name,
                items=[
                    *(_reserved(each, visible, zone, today=today) for each in unit.reservations),
                    *(_closed_item(each, zone, today=today) for each in unit.closures),
                ],
            )


def _reserved(
    reservation: Reservation, visible: dict[int, uuid.UUID], zone: ZoneInfo, *, today: date
) -> Item:
    journey = reservation.activity.journey
    is_seen = journey.patient_id in visible
    who = journey.patient.full_name if is_seen else _("occupied")
    parts = [who, said_span(reservation.span, zone, today=today), *_notes(reservation)]
    if is_seen:
        parts.insert(1, title_of(reservation.activity))
    return Item(
        span=reservation.span,
        label=journey.patient.family_name if is_seen else _("occupied"),
        title=", ".join(parts),
        look=_look(reservation, is_seen=is_seen),
        href=journey_page(journey.uid) if is_seen else "",
    )


def _look(reservation: Reservation, *, is_seen: bool) -> str:
    if reservation.overbook_reason:
        return "overbooked"
    if reservation.is_option:
        return "option"
    return "booked" if is_seen else "occupied"


def _notes(reservation: Reservation) -> list[str]:
    notes = []
    if reservation.is_option:
        notes.append(_("option"))
    if reservation.overbook_reason:
        notes.append(_("overbooked"))
    return notes


def _closed_item(closure: Closure, zone: ZoneInfo, *, today: date) -> Item:
    span = Span(closure.starts_at, closure.ends_at)
    said = said_span(span, zone, today=today)
    title = _("Closed: %(reason)s, %(when)s") % {"reason": closure.reason, "when": said}
    return Item(span=span, label=closure.reason, title=title, look="closed")


def _entries(
    found: Iterable[Unit], visible: dict[int, uuid.UUID], *, today: date
) -> Iterator[Entry]:
    for unit in found:
        for each in unit.reservations:
            journey = each.activity.journey
            is_seen = journey.patient_id in visible
            yield Entry(
                unit=unit.resource.name,
                when=said_span(each.span, unit.zone, today=today),
                who=journey.patient.full_name if is_seen else _("occupied"),
                what=title_of(each.activity) if is_seen else "",
                note=", ".join(_notes(each)),
                href=journey_page(journey.uid) if is_seen else "",
            )
        for closure in unit.closures:
            span = Span(closure.starts_at, closure.ends_at)
            yield Entry(
                unit=unit.resource.name,
                when=said_span(span, unit.zone, today=today),
                who=_("closed"),
                what=closure.reason,
                note="",
                href="",
            )


def _closed(centre: Centre, first_on: date, last_on: date) -> frozenset[date]:
    open_days = open_days_of([centre])[centre.pk]
    return frozenset(day for day in days_of(first_on, last_on) if not open_days.is_open(day))
