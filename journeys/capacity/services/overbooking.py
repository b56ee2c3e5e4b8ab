"""Who may put a patient on top of another, and giving and withdrawing that right."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User
from carttrack.audit import services as audit
from journeys.capacity.models.reservations import OVERBOOK

# The named permission: who holds it may overbook at the centres where they coordinate.
NAMED = Q(codename=OVERBOOK, content_type__app_label="capacity")


def may_overbook(user: User, centre: Centre) -> bool:
    """Tell whether a person may overbook at a centre: the permission, and a coordinator there."""
    is_coordinator = Membership.objects.of(user, [Role.COORDINATOR]).filter(centre=centre)
    return _holds(user) and is_coordinator.exists()


@transaction.atomic
def allow_overbooking(*, user: User, centre: Centre, by: User, now: datetime) -> None:
    """Let a coordinator overbook; doing it twice changes nothing."""
    if not _holds(user):
        user.user_permissions.add(_permission())
        _record("overbooking.allowed", user, centre, by=by, now=now)


@transaction.atomic
def withdraw_overbooking(*, user: User, centre: Centre, by: User, now: datetime) -> None:
    """Take the right back; what was overbooked stays."""
    if _holds(user):
        user.user_permissions.remove(_permission())
        _record("overbooking.withdrawn", user, centre, by=by, now=now)


def _holds(user: User) -> bool:
    """Tell whether the person was given it; a superuser is not, as they have no clinical right."""
    return user.user_permissions.filter(NAMED).exists()


def _permission() -> Permission:
    return Permission.objects.get(NAMED)


def _record(action: str, user: User, centre: Centre, *, by: User, now: datetime) -> None:
    audit.record(
        actor=by,
        action=action,
        patient_uid=None,
        subject=user,
        centre=centre,
        after={"person": str(user.uid)},
        now=now,
    )
