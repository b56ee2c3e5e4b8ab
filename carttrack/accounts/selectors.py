"""What a person is, where, and which page is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from carttrack.accounts.domain import CLINICAL_ROLES, Role
from carttrack.accounts.models import Centre, Membership, User, reader_key
from carttrack.prepared import READER, Asked, Rows, prepared

# Whoever has several roles begins where most of their day is; names of routes.
HOMES = {
    Role.COORDINATOR: "worklist:today",
    Role.CLINICIAN: "followup:due",
    Role.DATA_MANAGER: "worklist:patients",
    Role.ADMINISTRATOR: "accounts:memberships",
}
PATIENT_HOME = "portal:home"
STAFF_FRAME = "staff.html"
PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
CENTRE_COLUMNS = tuple(field.attname for field in Centre._meta.concrete_fields)  # noqa: SLF001


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


@dataclass(frozen=True, slots=True)
class Post:
    """A role that a person has today, and the centre where they have it."""

    role: str
    centre: Centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where a member of staff works today: the centre they look at, and what they are anywhere."""

    centre: Centre
    roles: frozenset[Role]

    @property
    def manages_people(self) -> bool:
        """Tell whether they may open the list of people."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def sees_protocols(self) -> bool:
        """Tell whether the protocols are theirs to read or write."""
        return bool(PLANNERS & self.roles)


def posts_of(user: User | AnonymousUser) -> list[Post]:
    """Return what a person is today and where, in the order of the centres' names."""
    return posts_from(asked_for_posts(user).rows())


def asked_for_posts(user: User | AnonymousUser) -> Asked:
    """Return the question what a person is today and where."""
    return _posts().asked(reader=reader_key(user))


def posts_from(found: Rows) -> list[Post]:
    """Return a person's posts from the answer of `asked_for_posts`."""
    return [
        Post(role, Centre.from_db("default", CENTRE_COLUMNS, values)) for role, *values in found
    ]


@prepared
def _posts() -> "QuerySet[Membership, Any]":
    columns = (f"centre__{column}" for column in CENTRE_COLUMNS)
    return (
        Membership.objects.of(READER).order_by("centre__name", "pk").values_list("role", *columns)
    )


def workplace_from(posts: Sequence[Post], *, chosen: str) -> Workplace | None:
    """Return the workplace that posts make; None for who works nowhere.

    `chosen` is the code of the centre they last looked at; it counts while they work there.
    """
    if not posts:
        return None
    centres = {post.centre.code: post.centre for post in posts}
    return Workplace(
        centre=centres.get(chosen, posts[0].centre),
        roles=frozenset(Role(post.role) for post in posts),
    )


def frame_for(user: User) -> str:
    """Return the template around pages that everybody has, such as one's own messages."""
    held = roles_of(user)
    if held & CLINICAL_ROLES:
        return STAFF_FRAME
    return "accounts/frame.html" if held or is_staff_member(user) else "patient.html"
