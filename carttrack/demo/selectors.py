"""Whom the demonstration's sign-in page offers, and where each patient stands."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership, User
from carttrack.demo.cohort import SHOWN_DOMAIN
from carttrack.ui import dates
from journeys.planning.domain.states import JourneyStatus, StageState
from journeys.planning.models import Activity, Journey, Stage
from journeys.planning.selectors.wording import words
from journeys.planning.workspace import protocol_of

GROUP_TITLES: dict[Role, Promise] = {
    Role.COORDINATOR: gettext_lazy("Coordinators"),
    Role.CLINICIAN: gettext_lazy("Clinicians"),
    Role.DATA_MANAGER: gettext_lazy("Data managers"),
    Role.ADMINISTRATOR: gettext_lazy("Administrators"),
}
# Codes that every protocol shares.
INFUSION, WAITING, FOLLOW_UP = "infusion", "manufacturing", "follow_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """An invented person; `note` says where they work, or where they are in their treatment."""

    uid: uuid.UUID
    name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoGroup:
    """The invented people of one role."""

    title: str | Promise
    people: tuple[DemoPerson, ...]


def shown_users() -> QuerySet[User]:
    """Return the invented people, whom the demonstration lets anybody be."""
    return User.objects.filter(is_active=True, email__endswith=f"@{SHOWN_DOMAIN}")


def staff_groups() -> tuple[DemoGroup, ...]:
    """Return the invented staff by role, each once, with where they work."""
    memberships = (
        Membership.objects.current()
        .filter(user__in=shown_users())
        .select_related("user", "centre")
        .order_by("pk")
    )
    groups: dict[Role, dict[uuid.UUID, DemoPerson]] = {role: {} for role in GROUP_TITLES}
    for membership in memberships:
        user = membership.user
        groups[Role(membership.role)][user.uid] = DemoPerson(
            uid=user.uid, name=user.name, note=membership.centre.short_name
        )
    return tuple(
        DemoGroup(title=GROUP_TITLES[role], people=tuple(people.values()))
        for role, people in groups.items()
        if people
    )


def patients(*, today: date) -> DemoGroup:
    """Return the invented patients who sign in, those who were referred first at the end."""
    users = shown_users().filter(memberships__isnull=True).order_by("-pk")
    notes = _notes(today=today)
    people = tuple(
        DemoPerson(uid=user.uid, name=user.name, note=notes.get(user.pk, "")) for user in users
    )
    return DemoGroup(title=_("Patients"), people=people)


def _notes(*, today: date) -> dict[int | None, str]:
    """Return where each patient stands, by the user who signs in, in three queries."""
    journeys = (
        Journey.objects.filter(patient__user__in=shown_users())
        .select_related("patient", "protocol_version")
        .order_by("started_on", "pk")
    )
    coming = [StageState.CURRENT, StageState.PLANNED]
    stages: dict[int, Stage] = {}
    for stage in (
        Stage.objects.filter(cycle__journey__in=journeys, state__in=coming)
        .order_by("-cycle__number", "position")
        .select_related("cycle")
    ):
        stages.setdefault(stage.cycle.journey_id, stage)
    infused = dict(
        Activity.objects.filter(
            journey__in=journeys, code=INFUSION, happened_on__isnull=False
        ).values_list("journey", "happened_on")
    )
    return {
        journey.patient.user_id: _note(
            journey, stages.get(journey.pk), infused.get(journey.pk), today=today
        )
        for journey in journeys
    }


def _note(journey: Journey, stage: Stage | None, infused_on: date | None, *, today: date) -> str:
    """Say in a few words where a journey stands; `stage` is the current one, or else the next."""
    if journey.status != JourneyStatus.ACTIVE or stage is None:
        return str(journey.get_status_display())
    if infused_on is not None:
        when = dates.relative_day(infused_on, today=today)
        is_late = stage.code == FOLLOW_UP
        said = _("Follow-up, infused %(when)s") if is_late else _("Infused %(when)s")
        return said % {"when": when}
    if stage.state == StageState.CURRENT and stage.code == WAITING:
        return _("Waiting for the product")
    title = words(protocol_of(journey.protocol_version).stage(stage.code).title)
    return title if stage.state == StageState.CURRENT else _("Next: %(stage)s") % {"stage": title}
