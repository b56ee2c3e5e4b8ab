"""Whose working morning it is, and how much waits for each of them at each of their centres."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, ClosedDay, Membership, User
from journeys.planning.workspace import centre_today
from journeys.worklist.selectors.day import day
from journeys.worklist.selectors.scope import Scope
from notifications.domain.mornings import USUAL_HOUR, Morning, morning_at
from notifications.models import Recipient

TOLD = (Role.CLINICIAN, Role.COORDINATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Somebody whose morning it is, and the centres that are open on that day."""

    user: User
    morning: Morning
    places: tuple[tuple[Centre, frozenset[Role]], ...]


def mornings(*, now: datetime) -> Iterator[Due]:
    """Yield everybody whose working morning is on or begins within the hour.

    Who turned the digest off is left out, and so is a centre that is closed on the day.
    """
    held = (
        Membership.objects.current()
        .filter(role__in=TOLD, user__is_active=True)
        .select_related("user", "centre")
        .order_by("user", "centre__name", "pk")
    )
    places: dict[User, dict[Centre, set[Role]]] = {}
    for each in held:
        places.setdefault(each.user, {}).setdefault(each.centre, set()).add(Role(each.role))
    known = {each.user_id: each for each in Recipient.objects.filter(user__in=places)}
    closed = set(ClosedDay.objects.values_list("centre", "on"))
    for user, centres in places.items():
        morning = _morning(known.get(user.pk), next(iter(centres)), now=now)
        if morning is None:
            continue
        is_open = {
            centre: frozenset(roles)
            for centre, roles in centres.items()
            if morning.on.weekday() not in centre.closed_weekdays
            and (centre.pk, morning.on) not in closed
        }
        if is_open:
            yield Due(user=user, morning=morning, places=tuple(is_open.items()))


def _morning(recipient: Recipient | None, centre: Centre, *, now: datetime) -> Morning | None:
    if recipient is None:
        return morning_at(now, zone=ZoneInfo(centre.time_zone), at=USUAL_HOUR)
    if recipient.digest_off_at is not None:
        return None
    return morning_at(now, zone=ZoneInfo(recipient.time_zone), at=recipient.digest_at)


def waiting_for(due: Due, *, now: datetime) -> list[dict[str, Any]]:
    """Return what waits at each place, as a digest says it, places where nothing waits left out.

    What did not arrive and what does not work is the coordinators' to decide. What is to be
    acknowledged is counted once, wherever it is about.
    """
    waiting = []
    for number, (centre, roles) in enumerate(due.places):
        today = centre_today(centre, now=now)
        found = day(Scope(user=due.user, centre=centre, today=today, only_own=True), now=now)
        decides = Role.COORDINATOR in roles
        counts = {
            "needs_hand": found.attention.count,
            "to_acknowledge": str(len(found.alerts)) if number == 0 else "0",
            "undelivered": found.undelivered.total if decides else "0",
            "dead_addresses": found.dead_addresses if decides else "0",
        }
        counted = {name: count for name, count in counts.items() if count != "0"}
        if counted:
            address = f"{reverse('worklist:today')}?centre={centre.code}"
            place = {"name": centre.short_name, "code": centre.code, "address": address}
            waiting.append(place | counted)
    return waiting
