"""What is planned in some weeks and has no unit yet."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.kinds import COLLECTION
from journeys.capacity.models import Reservation
from journeys.capacity.selectors.people import Seen, journey_page
from journeys.planning.domain.states import ActivityState, JourneyStatus
from journeys.planning.models import Activity
from journeys.planning.selectors.wording import title_of

# Checks on the ward follow the bed and are not booked one by one.
PLACED_KINDS = ("procedure", "treatment", "visit")
MOST_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """One activity without a unit; `chains` leads to the search where cells are to be collected."""

    uid: uuid.UUID
    who: str
    what: str
    on: date
    is_booked: bool
    href: str
    book: str
    chains: str


def unplaced(
    user: User, *, centre: Centre, first_on: date, last_on: date
) -> tuple[tuple[Unplaced, ...], Collection[Seen]]:
    """Return the open activities of these weeks that have no unit, soonest first."""
    taken = Reservation.objects.live().filter(activity=OuterRef("pk"))
    found = list(
        Activity.objects.visible_to(user)
        .open()
        .filter(
            centre=centre,
            journey__status=JourneyStatus.ACTIVE,
            kind__in=PLACED_KINDS,
            chosen_on__range=(first_on, last_on),
        )
        .exclude(Exists(taken))
        .select_related("journey__patient", "journey__protocol_version", "cycle")
        .defer("journey__protocol_version__document", "why")
        .order_by("chosen_on", "pk")[:MOST_ROWS]
    )
    rows = tuple(_row(activity) for activity in found)
    seen = dict.fromkeys(activity.journey.patient.uid for activity in found)
    return rows, tuple(Seen(uid=uid) for uid in seen)


def _row(activity: Activity) -> Unplaced:
    journey = activity.journey
    if activity.chosen_on is None:
        raise ValueError(f"{activity} has no day")
    is_collection = activity.code == COLLECTION
    return Unplaced(
        uid=activity.uid,
        who=journey.patient.full_name,
        what=title_of(activity),
        on=activity.chosen_on,
        is_booked=activity.state == ActivityState.BOOKED,
        href=journey_page(journey.uid),
        book=reverse("capacity:reserve", args=[activity.uid]),
        chains=reverse("capacity:chains", args=[journey.uid]) if is_collection else "",
    )
