"""The overbookings of a week, and who may overbook."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User
from journeys.capacity.labels import said_span
from journeys.capacity.models import Reservation
from journeys.capacity.models.reservations import OVERBOOK
from journeys.capacity.selectors.people import Seen, journey_page, visible_patients
from journeys.capacity.workspace import reach, zone_of
from journeys.planning.selectors.wording import title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Overbooking:
    """One overbooking: where, when, for whom, by whom and why."""

    unit: str
    when: str
    who: str
    what: str
    href: str
    by: str
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overbooker:
    """A coordinator, and whether they may overbook."""

    uid: uuid.UUID
    name: str
    may: bool


def overbookings(
    user: User, *, centre: Centre, first_on: date, today: date
) -> tuple[tuple[Overbooking, ...], tuple[Seen, ...]]:
    """Return what is overbooked in the week that begins on a day, and who is named there."""
    zone = zone_of(centre)
    starts_at, ends_at = reach(first_on, 6, zone)
    found = list(
        Reservation.objects.live()
        .overbooked()
        .filter(resource__centre=centre)
        .during(starts_at, ends_at)
        .select_related("resource", "overbooked_by", "activity__journey__patient")
        .select_related("activity__journey__protocol_version", "activity__cycle")
        .defer("activity__journey__protocol_version__document")
        .order_by("starts_at", "pk")
    )
    visible = visible_patients(user, (each.activity.journey.patient_id for each in found))
    rows = []
    for each in found:
        journey = each.activity.journey
        is_seen = journey.patient_id in visible
        rows.append(
            Overbooking(
                unit=each.resource.name,
                when=said_span(each.span, zone, today=today),
                who=journey.patient.full_name if is_seen else _("occupied"),
                what=title_of(each.activity) if is_seen else "",
                href=journey_page(journey.uid) if is_seen else "",
                by=str(each.overbooked_by),
                reason=each.overbook_reason,
                made_at=each.made_at,
            )
        )
    return tuple(rows), tuple(Seen(uid=uid) for uid in visible.values())


def overbookers(centre: Centre) -> tuple[Overbooker, ...]:
    """Return the centre's coordinators of today, and who of them may overbook."""
    right = Permission.objects.filter(
        codename=OVERBOOK, content_type__app_label="capacity", user=OuterRef("pk")
    )
    coordinators = Membership.objects.current().filter(centre=centre, role=Role.COORDINATOR)
    people = User.objects.filter(is_active=True, pk__in=coordinators.values("user"))
    return tuple(
        Overbooker(uid=person.uid, name=person.name, may=person.may_overbook)
        for person in people.annotate(may_overbook=Exists(right)).order_by("name", "pk")
    )
