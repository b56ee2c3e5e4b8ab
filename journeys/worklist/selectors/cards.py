"""One journey as a card of the board."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import ngettext

from carttrack.ui import dates
from journeys.planning.models import Activity, Hold
from journeys.planning.selectors.timeline import mark_of, title_of
from journeys.planning.workspace import definition_of
from journeys.worklist.selectors.patients import NextThing, product_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One journey: who, on which day, what comes next, whose it is and what is wrong.

    `hold_since` is the first day of a hold that nobody resumed from, `hold_is_over` tells that the
    day somebody meant to resume has passed, `is_passed` that the planned day of what comes next
    went by with nothing recorded.
    """

    uid: uuid.UUID  # the patient's, for the read log
    journey_uid: uuid.UUID
    name: str
    product: str
    day: str
    owner: str
    next: NextThing | None
    is_stuck: bool
    is_late: bool
    is_passed: bool
    hold_since: date | None
    hold_reason: str
    hold_is_over: bool

    @property
    def tone(self) -> str:
        """Return how loudly the card speaks: bad, warn, or nothing."""
        if self.is_stuck or self.is_late:
            return "bad"
        return "warn" if self.hold_since or self.is_passed else ""


def card(journey: Any, following: Activity | None, hold: Hold | None, *, today: date) -> Card:
    """Return the card of a journey as the board's query annotates it."""
    following_on = following.chosen_on if following else None
    return Card(
        uid=journey.patient.uid,
        journey_uid=journey.uid,
        name=journey.patient.full_name,
        product=product_name(journey),
        day=_day(journey, today=today),
        owner=journey.coordinator.name,
        next=_next(following, today=today) if following else None,
        is_stuck=journey.is_stuck,
        is_late=journey.is_late,
        is_passed=bool(following_on and following_on < today and not journey.is_late),
        hold_since=hold.from_on if hold else None,
        hold_reason=hold.get_reason_display() if hold else "",
        hold_is_over=bool(hold and hold.expected_on and hold.expected_on < today),
    )


def _next(activity: Activity, *, today: date) -> NextThing:
    return NextThing(
        title=title_of(activity),
        mark=mark_of(activity, definition_of(activity), today=today),
        on=activity.chosen_on or activity.target_on,
        is_booked=activity.planned_at is not None,
    )


def _day(journey: Any, *, today: date) -> str:
    """Say how far along: days from the infusion, otherwise days in the stage or before it."""
    if journey.infused_on:
        return dates.day_number((today - journey.infused_on).days)
    since = journey.standing_since or journey.started_on
    count = max(0, (today - since).days)
    if journey.has_begun:
        return ngettext("%(count)d day here", "%(count)d days here", count) % {"count": count}
    return ngettext("waits %(count)d day", "waits %(count)d days", count) % {"count": count}
