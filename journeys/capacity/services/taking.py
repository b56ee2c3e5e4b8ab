"""Writing reservations: the last step, in which the database has the last word."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from carttrack.audit import services as audit
from journeys.capacity.labels import said_span
from journeys.capacity.models import Reservation
from journeys.capacity.models.reservations import NEVER_OVERLAPS
from journeys.capacity.services.asking import Asking, Take
from journeys.capacity.services.refusals import UnitTaken
from journeys.planning.models import Appointment
from journeys.planning.selectors.wording import title_of
from journeys.planning.services.refusals import AlreadyBooked


def take(
    asking: Asking, takes: Sequence[Take], *, appointment: Appointment | None
) -> tuple[Reservation, ...]:
    """Write the reservations instead of the activity's earlier ones, and say so in the history.

    What two people took at once is refused to the second.

    Raises:
        AlreadyBooked: it has exactly these.
        UnitTaken: somebody else was faster.
    """
    activity = asking.activity
    earlier = Reservation.objects.live().filter(activity=activity)
    has = {(r.resource_id, r.starts_at, r.ends_at, bool(r.overbook_reason)) for r in earlier}
    if takes and has == {
        (t.unit.resource.pk, t.span.starts_at, t.span.ends_at, t.is_overbooked) for t in takes
    }:
        raise AlreadyBooked(title_of(activity))
    earlier.update(released_at=asking.now, release_reason="rebooked")
    try:
        with transaction.atomic():
            made = tuple(
                Reservation.objects.create(
                    resource=take.unit.resource,
                    activity=activity,
                    appointment=appointment,
                    starts_at=take.span.starts_at,
                    ends_at=take.span.ends_at,
                    is_option=take.is_option,
                    made_by=asking.by,
                    made_at=asking.now,
                    overbooked_by=asking.by if take.is_overbooked else None,
                    overbook_reason=asking.overbook_reason if take.is_overbooked else "",
                )
                for take in takes
            )
    except IntegrityError as error:
        raise _taken_meanwhile(asking, takes, error) from error
    audit.record(
        actor=asking.by,
        action="reservation.made",
        patient_uid=activity.journey.patient.uid,
        subject=activity,
        centre=activity.centre,
        after={"reservations": [_recorded(each) for each in made]},
        note=asking.overbook_reason,
        now=asking.now,
    )
    return made


def _taken_meanwhile(asking: Asking, takes: Sequence[Take], error: IntegrityError) -> Exception:
    if NEVER_OVERLAPS not in str(error) or not takes:
        return error
    first = takes[0]
    when = said_span(first.span, first.unit.zone, today=asking.today)
    return UnitTaken(first.unit.resource.name, when, "")


def _recorded(reservation: Reservation) -> dict[str, object]:
    return {
        "unit": reservation.resource.name,
        "starts_at": reservation.starts_at,
        "ends_at": reservation.ends_at,
        "is_option": reservation.is_option,
        "is_overbooked": bool(reservation.overbook_reason),
    }
