"""Telling the team at once of what stops the line."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership, User
from journeys.planning.domain.interruptions import INTERRUPTIONS, Item
from journeys.planning.models import Journey
from notifications import services as notifications
from notifications.services import Notice
from notifications.tasks import hint

KIND = "interruption"
LASTS = timedelta(days=3)
PAGE = "/journeys/{}/"


def tell_team(*, journey: Journey, item: Item, about: object, by: User, now: datetime) -> None:
    """Owe the accountable people the news that something stops the line, once for what it is about.

    Whoever did it knows already. It lies at each person's own desk and not in the journey's thread,
    so that it arrives also where messages about the journey have stopped. What the patient is
    called stands behind the sign-in only.
    """
    how = INTERRUPTIONS[item]
    notice = Notice(
        kind=KIND,
        rule=f"{item}:{journey.uid}:{about}",
        context={"item": item.value, "link": PAGE.format(journey.uid)},
        centre=journey.centre,
        due_at=now,
        expires_at=now + LASTS,
        ignores_quiet=how.wakes,
        escalate_hours=how.hours,
    )
    people = _keepers(journey) if how.is_for_registry else (journey.coordinator, journey.clinician)
    for person in _others(people, by):
        recipient = notifications.recipient_for_user(
            user=person, time_zone=journey.centre.time_zone
        )
        channels = ("in_app", "email") if how.wakes else ("in_app",)
        notifications.leave_notice(recipient=recipient, channels=channels, notice=notice)
    hint()


def _others(people: Iterable[User], by: User) -> list[User]:
    """Return who is to be told, in one order, so that nobody who tells them blocks another."""
    told = {person for person in people if person.is_active and person != by}
    return sorted(told, key=lambda person: person.pk)


def _keepers(journey: Journey) -> list[User]:
    """Return the centre's data managers, who report to registries."""
    held = Membership.objects.current().filter(centre=journey.centre, role=Role.DATA_MANAGER)
    return list(User.objects.filter(pk__in=held.values("user")))
