"""The three steps of a change in a browser: ask, look at the preview, commit it."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from carttrack.accounts.models import Centre, User
from journeys.planning.models import Activity, Journey
from journeys.planning.services import record_happened
from tests.factories import centre_day, centre_now, journey_at, meet_gates


def preview(client: Client, address: str, **typed: Any) -> Any:
    """Say what is wanted and return the page with the preview, or with the refusal."""
    return client.post(address, typed)


def carry_out(client: Client, address: str, **typed: Any) -> Any:
    """Take a change through all its steps and return the last page."""
    shown = preview(client, address, **typed)
    if shown.context is None or "preview" not in shown.context:
        return shown
    token = shown.context["preview"].token
    return client.post(address, typed | {"token": token}, follow=True)


def page_of(journey: Journey, route: str = "journey", *more: Any) -> str:
    """Return the address of a page about a journey."""
    return reverse(f"worklist:{route}", args=[journey.uid, *more])


def let_happen(journey: Journey, code: str, *, days_ago: int, occurrence: int = 1) -> None:
    """Record an activity on an earlier day, everything in place."""
    centre = journey.centre
    on = centre_day(centre) - timedelta(days=days_ago)
    now = centre_now(centre) - timedelta(days=days_ago)
    activity = Activity.objects.filter(journey=journey, code=code, occurrence=occurrence).latest(
        "cycle__number"
    )
    meet_gates(activity, by=journey.clinician, now=now)
    record_happened(activity_uid=activity.uid, on=on, by=journey.coordinator, today=on, now=now)


def collected(centre: Centre, coordinator: User) -> Journey:
    """Return a journey whose cells were collected ten days ago and are being made."""
    journey = journey_at(centre, coordinator=coordinator, days_ago=40)
    let_happen(journey, "eligibility", days_ago=25)
    let_happen(journey, "leukapheresis", days_ago=10)
    return journey
