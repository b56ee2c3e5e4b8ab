"""Whose a reservation is, as far as the reader may know."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from carttrack.accounts.models import User
from journeys.patients.models import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A patient whose name stands on the page, for the read log."""

    uid: uuid.UUID


def visible_patients(user: User, patients: Iterable[int]) -> dict[int, uuid.UUID]:
    """Return which of the patients the reader may see: their uids by id, in one query."""
    seen = Patient.objects.visible_to(user).filter(pk__in=set(patients))
    return dict(seen.order_by("pk").values_list("pk", "uid"))


def journey_page(journey_uid: uuid.UUID) -> str:
    """Return the address of a journey's page, empty where this site has none."""
    return _page("worklist:journey", journey_uid)


def plain_booking_page(activity_uid: uuid.UUID) -> str:
    """Return where an hour is booked without a unit, empty where this site has no such page."""
    address = _page("worklist:book", activity_uid)
    return f"{address}?no_unit=" if address else ""


def _page(route: str, uid: uuid.UUID) -> str:
    try:
        return reverse(route, args=[uid])
    except NoReverseMatch:
        return ""
