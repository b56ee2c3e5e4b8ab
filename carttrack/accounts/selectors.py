"""What a person is, where, and which page is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.domain import Role
from carttrack.accounts.labels import ROLE_LABELS
from carttrack.accounts.models import Centre, Membership, User

# Whoever has several roles begins where most of their day is; names of routes.
HOMES = {
    Role.COORDINATOR: "worklist:today",
    Role.CLINICIAN: "followup:due",
    Role.DATA_MANAGER: "worklist:patients",
    Role.ADMINISTRATOR: "accounts:memberships",
}
PATIENT_HOME = "portal:home"
# The sign-in addresses of invented people; the domain can never exist (RFC 2606).
DEMO_DOMAIN = "demo.carttrack.invalid"


class NoRoleToday(Exception):
    """Somebody who works here, but in no role today."""


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """Return the roles a person has today, at whichever centre."""
    return frozenset(
        Role(role) for role in Membership.objects.of(user).values_list("role", flat=True).distinct()
    )


def centres_of(user: User | AnonymousUser, *roles: Role) -> QuerySet[Centre]:
    """Return the centres where a person has one of the roles today, or any when none is named."""
    return Centre.objects.of(user, roles or tuple(Role)).order_by("name")


def is_staff_member(user: User) -> bool:
    """Tell whether a person works here or once did; everybody else is a patient.

    It decides how they sign in: staff with a password, patients with a one-time code.
    """
    return user.is_staff or user.is_superuser or user.memberships.exists()


def home_for(user: User) -> str:
    """Return the name of the route where a person's day begins.

    Raises:
        NoRoleToday: a member of staff whose roles have all ended, or not begun.
    """
    held = roles_of(user)
    for role, route in HOMES.items():
        if role in held:
            return route
    if is_staff_member(user):
        raise NoRoleToday
    return PATIENT_HOME


def colleagues(user: User) -> QuerySet[Membership]:
    """Return who works, worked and will work at the centres a person administers."""
    return (
        Membership.objects.filter(centre__in=centres_of(user, Role.ADMINISTRATOR))
        .select_related("user", "centre")
        .order_by("centre__name", "user__name", "role", "from_on")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """An invented person whom the demo's sign-in page offers."""

    uid: UUID
    name: str
    role: str | Promise
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoGroup:
    """The invented people of one role."""

    title: str | Promise
    people: tuple[DemoPerson, ...]


def demo_users() -> QuerySet[User]:
    """Return the invented people, whom the demo lets anybody be."""
    return User.objects.filter(is_active=True, email__endswith=f"@{DEMO_DOMAIN}")


def demo_groups() -> list[DemoGroup]:
    """Return the invented people by role, staff first, each once."""
    memberships = (
        Membership.objects.current()
        .filter(user__in=demo_users())
        .select_related("user", "centre")
        .order_by("user__name")
    )
    groups: dict[Role, dict[UUID, DemoPerson]] = {role: {} for role in ROLE_LABELS}
    for membership in memberships:
        role = Role(membership.role)
        groups[role][membership.user.uid] = _demo_person(
            membership.user, ROLE_LABELS[role], note=membership.centre.short_name
        )
    staff = [
        DemoGroup(title=ROLE_LABELS[role], people=tuple(people.values()))
        for role, people in groups.items()
        if people
    ]
    return [*staff, *_demo_patients()]


def _demo_patients() -> Sequence[DemoGroup]:
    users = demo_users().filter(memberships__isnull=True).order_by("name")
    people = tuple(_demo_person(user, _("Patient"), note="") for user in users)
    return [DemoGroup(title=_("Patients"), people=people)] if people else []


def _demo_person(user: User, role: str | Promise, *, note: str) -> DemoPerson:
    return DemoPerson(uid=user.uid, name=user.name, role=role, note=note)
