"""Inviting people, giving and ending their roles, and keeping a centre's closed days."""

from collections.abc import Iterable
from datetime import date, datetime

import holidays
from django.db import IntegrityError, transaction

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, ClosedDay, Membership, User
from carttrack.accounts.selectors import is_staff_member
from carttrack.audit.services import record


class MembershipOver(Exception):
    """The membership has ended, or would end before it began."""


class RoleHeld(Exception):
    """The person has this role at this centre already, on one of the days at least."""


class NotForStaff(Exception):
    """The address signs in a patient, or somebody whose access has ended."""


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    by: User | str,
    now: datetime,
    language: str = "en",
    password: str | None = None,
) -> User:
    """Add a person; without a password they set one by the link of a password reset."""
    user = User.objects.create_user(email, password, name=name, language=language)
    record(actor=by, action="person.added", patient_uid=None, subject=user, now=now)
    return user


@transaction.atomic
def grant_membership(
    *,
    user: User,
    centre: Centre,
    role: Role,
    from_on: date,
    by: User | str,
    now: datetime,
    until_on: date | None = None,
) -> Membership:
    """Give a person a role at a centre, from a day and perhaps until one, both inclusive.

    The database refuses the same role twice at one time (IntegrityError).
    """
    membership = Membership.objects.create(
        user=user, centre=centre, role=role, from_on=from_on, until_on=until_on
    )
    record(
        actor=by,
        action="membership.granted",
        patient_uid=None,
        subject=user,
        centre=centre,
        after={"role": role, "from_on": from_on, "until_on": until_on},
        now=now,
    )
    return membership


@transaction.atomic
def appoint(
    *,
    email: str,
    name: str,
    centre: Centre,
    role: Role,
    from_on: date,
    until_on: date | None,
    by: User,
    now: datetime,
) -> Membership:
    """Give a role to whom an address belongs; somebody new is added under this name.

    Raises:
        NotForStaff: the address cannot belong to a member of staff.
        RoleHeld: they have the role there already.
    """
    user = _known(email) or _added(email=email, name=name, by=by, now=now)
    try:
        with transaction.atomic():
            return grant_membership(
                user=user,
                centre=centre,
                role=role,
                from_on=from_on,
                until_on=until_on,
                by=by,
                now=now,
            )
    except IntegrityError as error:
        if "does_not_overlap" not in str(error):
            raise
        raise RoleHeld from error


def _known(email: str) -> User | None:
    """Return whose address it is, as far as they may work here."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is not None and not (user.is_active and is_staff_member(user)):
        raise NotForStaff
    return user


def _added(*, email: str, name: str, by: User, now: datetime) -> User:
    """Add somebody; whom another request added at the same moment is taken as they are."""
    try:
        with transaction.atomic():
            return add_person(email=email, name=name, by=by, now=now)
    except IntegrityError:
        return User.objects.get(email=email.strip().lower())


@transaction.atomic
def end_membership(
    *, membership: Membership, until_on: date, by: User | str, now: datetime
) -> Membership:
    """End a role with a day, which is its last.

    Raises:
        MembershipOver: it has ended before that day, or begins after it.
    """
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    before = membership.until_on
    if until_on < membership.from_on or (before is not None and before < until_on):
        raise MembershipOver
    membership.until_on = until_on
    membership.save(update_fields=["until_on"])
    record(
        actor=by,
        action="membership.ended",
        patient_uid=None,
        subject=membership.user,
        centre=membership.centre,
        before={"role": membership.role, "until_on": before},
        after={"role": membership.role, "until_on": until_on},
        now=now,
    )
    return membership


@transaction.atomic
def refresh_closed_days(*, centre: Centre, years: Iterable[int]) -> int:
    """Store the public holidays of a centre's country for whole years; return how many.

    Days of other years stay as they are, and so do days that the centre itself named: only what
    the calendar says is added. Stored days do not change when the library learns something new.
    """
    calendar = holidays.country_holidays(centre.country, years=sorted(set(years)))
    closed = [ClosedDay(centre=centre, on=on, name=name) for on, name in sorted(calendar.items())]
    ClosedDay.objects.bulk_create(closed, ignore_conflicts=True)
    return len(closed)
