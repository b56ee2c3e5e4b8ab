"""What an administrator sees of people: who works at their centres, and what changed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from carttrack.accounts.domain import Role, Standing, standing_on
from carttrack.accounts.labels import ROLE_LABELS, STANDING_LABELS
from carttrack.accounts.models import Centre, Membership, User
from carttrack.accounts.selectors import centres_of
from carttrack.audit.models import HistoryEntry

PAGE_SIZE = 25
MOST_WORDS = 8  # each word is a condition of its own; thousands would stop the database
CHANGES_SHOWN = 10
GRANTED, ENDED = "membership.granted", "membership.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One role of one person; `may_end` when this reader may give it a last day."""

    membership_id: int
    name: str
    email: str
    role: str | Promise
    centre: str
    from_on: date
    until_on: date | None
    standing: Standing
    standing_word: str | Promise
    may_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One page of the list; `page` is for the pager."""

    rows: tuple[PersonRow, ...]
    page: Page[Membership]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """A role that was given or ended: by whom, for whom, from or until which day."""

    at: datetime
    by: str
    name: str
    role: str | Promise
    centre: str
    is_end: bool
    day: date | None


def centre_day(centre: Centre, *, now: datetime) -> date:
    """Return which day it is at a centre."""
    return now.astimezone(ZoneInfo(centre.time_zone)).date()


def clock_of(user: User) -> ZoneInfo:
    """Return the clock by which an administrator reads: that of their first centre."""
    centre = centres_of(user, Role.ADMINISTRATOR).first()
    return ZoneInfo(centre.time_zone if centre else "UTC")


def people(
    user: User, *, now: datetime, text: str = "", standing: str = "", page: str = "1"
) -> People:
    """Return a page of who works, worked and will work at the centres a person administers."""
    found = Membership.objects.administered_by(user)
    chosen = {
        Standing.CURRENT: found.current,
        Standing.COMING: found.coming,
        Standing.PAST: found.past,
    }
    if standing in chosen:
        found = chosen[Standing(standing)]()
    for word in text.split()[:MOST_WORDS]:
        found = found.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    listed = found.select_related("user", "centre").order_by(
        "user__name", "centre__name", "-from_on", "pk"
    )
    shown = Paginator(listed, PAGE_SIZE).get_page(page)
    return People(rows=tuple(_row(row, reader=user, now=now) for row in shown), page=shown)


def _row(membership: Membership, *, reader: User, now: datetime) -> PersonRow:
    today = centre_day(membership.centre, now=now)
    standing = standing_on(today, from_on=membership.from_on, until_on=membership.until_on)
    return PersonRow(
        membership_id=membership.pk,
        name=membership.user.name,
        email=membership.user.email,
        role=ROLE_LABELS[Role(membership.role)],
        centre=membership.centre.short_name,
        from_on=membership.from_on,
        until_on=membership.until_on,
        standing=standing,
        standing_word=STANDING_LABELS[standing],
        may_end=standing != Standing.PAST and not is_own_key(membership, reader),
    )


def is_own_key(membership: Membership, user: User) -> bool:
    """Tell whether ending a role would lock out who ends it; a colleague does that."""
    return membership.user_id == user.pk and membership.role == Role.ADMINISTRATOR


def endable(user: User) -> QuerySet[Membership]:
    """Return the roles that a person may end."""
    own_keys = Q(user=user, role=Role.ADMINISTRATOR)
    held = Membership.objects.administered_by(user)
    past = Membership.objects.past().values("pk")
    return held.exclude(own_keys).exclude(pk__in=past).select_related("user", "centre")


def role_changes(user: User) -> tuple[RoleChange, ...]:
    """Return the latest roles given and ended at the centres a person administers."""
    entries = list(
        HistoryEntry.objects.filter(
            patient_uid__isnull=True,
            action__in=[GRANTED, ENDED],
            centre__in=centres_of(user, Role.ADMINISTRATOR),
        )
        .select_related("centre")
        .order_by("-at", "-number")[:CHANGES_SHOWN]
    )
    uids = {entry.subject_uid for entry in entries if entry.subject_uid}
    names = dict(User.objects.filter(uid__in=uids).values_list("uid", "name"))
    return tuple(_change(entry, names) for entry in entries)


def _change(entry: HistoryEntry, names: dict[UUID, str]) -> RoleChange:
    is_end = entry.action == ENDED
    day = entry.after.get("until_on" if is_end else "from_on")
    return RoleChange(
        at=entry.at,
        by=entry.actor_label if entry.actor_id else _("the system"),
        name=names.get(entry.subject_uid, "") if entry.subject_uid else "",
        role=ROLE_LABELS[Role(entry.after["role"])],
        centre=entry.centre.short_name if entry.centre else "",
        is_end=is_end,
        day=date.fromisoformat(day) if day else None,
    )
