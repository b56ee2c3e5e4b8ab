"""The words people see for kinds of units, states of slots, weekdays and times."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carttrack.ui import dates
from journeys.capacity.domain.chains import NoChain
from journeys.capacity.domain.hours import MIDNIGHT
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.domain.slots import SlotState
from journeys.capacity.domain.stays import Span

A_DAY = timedelta(days=1)

KIND_LABELS: dict[ResourceKind, Promise] = {
    ResourceKind.APHERESIS: _("Apheresis machine"),
    ResourceKind.CHAIR: _("Lymphodepletion chair"),
    ResourceKind.INFUSION_BED: _("Infusion bed"),
    ResourceKind.WARD_BED: _("Ward bed"),
    ResourceKind.ICU_BED: _("ICU bed"),
    ResourceKind.CLINIC_SLOT: _("Clinic slot"),
}

SLOT_STATE_LABELS: dict[SlotState, Promise] = {
    SlotState.REQUESTED: _("Requested"),
    SlotState.HELD: _("Held"),
    SlotState.CONFIRMED: _("Confirmed"),
    SlotState.RELEASED: _("Released"),
    SlotState.EXPIRED: _("Hold lapsed"),
}

NO_CHAIN_LABELS: dict[NoChain, Promise] = {
    NoChain.ALREADY_COLLECTED: _("The cells are collected already, or this journey collects none."),
    NoChain.NO_WINDOW: _("The collection has no window yet: its date depends on an earlier step."),
    NoChain.NO_COLLECTION: _("No apheresis machine is free inside the collection's window."),
    NoChain.NO_SLOT: _("No free slot of the manufacturer receives cells on a day with a machine."),
    NoChain.NO_PLAN: _("No combination of dates fits the protocol."),
    NoChain.NO_BED: _("No ward bed is free for the whole stay from any possible day 0."),
}


def kind_choices() -> list[tuple[str, Promise]]:
    """Return the kinds with their words; a callable, so that a new word needs no migration."""
    return [(kind.value, label) for kind, label in KIND_LABELS.items()]


def slot_state_choices() -> list[tuple[str, Promise]]:
    """Return the states of a manufacturer's slot with their words."""
    return [(state.value, label) for state, label in SLOT_STATE_LABELS.items()]


def weekday_choices() -> list[tuple[int, str]]:
    """Return the weekdays, 0 is Monday."""
    return list(WEEKDAYS.items())


def said_span(span: Span, zone: ZoneInfo, *, today: date) -> str:
    """Say a time as `Tue 3 Mar 09:00–12:00`, or from day to day where it goes over nights."""
    starts, ends = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    first = dates.staff_day(starts.date(), today=today)
    if ends - starts <= A_DAY and starts.date() == ends.date():
        return f"{first} {starts:%H:%M}–{ends:%H:%M}"
    last_on = ends.date() - A_DAY if ends.time() == MIDNIGHT else ends.date()
    if starts.time() == MIDNIGHT and ends.time() == MIDNIGHT:
        return first if last_on == starts.date() else _from_to(first, last_on, today=today)
    return f"{first} {starts:%H:%M} – {dates.staff_day(ends.date(), today=today)} {ends:%H:%M}"


def said_days(days: Iterable[date], *, today: date) -> str:
    """Say several days in one enumeration."""
    return ", ".join(dates.short_day(day, today=today) for day in days)


def _from_to(first: str, last_on: date, *, today: date) -> str:
    return f"{first} – {dates.staff_day(last_on, today=today)}"
