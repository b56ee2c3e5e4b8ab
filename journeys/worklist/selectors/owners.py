"""Whose journeys a list keeps: everybody's, the reader's own, or a colleague's."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User
from carttrack.prepared import CENTRE, Asked, Param, Rows, prepared

ME = "me"
ACCOUNTABLE = (Role.COORDINATOR, Role.CLINICIAN)

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whom a list is narrowed to; `user` is None for everybody and `key` is what addresses say."""

    key: str = ""
    user: User | None = None

    def accountable(self, path: str = "") -> Q:
        """Return the condition that the person is accountable for a journey."""
        if self.user is None:
            return Q()
        return Q(**{f"{path}coordinator": self.user}) | Q(**{f"{path}clinician": self.user})


EVERYBODY = Owner()


def known_owner(key: str, *, reader: User) -> Owner | None:
    """Return whom an address asks for; None for a colleague, who has to be looked up."""
    if key == ME:
        return Owner(key=ME, user=reader)
    return None if _is_uid(key) else EVERYBODY


def owner_asked_for(key: str, *, reader: User, centre: Centre) -> Owner:
    """Return whom an address asks for; somebody who does not work at the centre changes nothing."""
    known = known_owner(key, reader=reader)
    if known is not None:
        return known
    colleague = _colleagues(centre).filter(uid=key).first()
    return Owner(key=key, user=colleague) if colleague else EVERYBODY


def asked_for_owners(centre: Centre) -> Asked:
    """Return the question who may be accountable for journeys at a centre today."""
    return _people().asked(centre=centre.pk)


def owners_from(people: Rows) -> Choices:
    """Return who may be accountable, by name, from the answer of `asked_for_owners`."""
    return [(str(uid), name) for uid, name in people]


@prepared
def _people() -> "QuerySet[User, Any]":
    return _colleagues(CENTRE).order_by("name", "pk").values_list("uid", "name")


def _colleagues(centre: Centre | Param) -> QuerySet[User]:
    current = Membership.objects.current().filter(centre=centre, role__in=sorted(ACCOUNTABLE))
    return User.objects.filter(pk__in=current.values("user"), is_active=True)


def _is_uid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
