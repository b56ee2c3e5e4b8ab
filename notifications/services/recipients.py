"""Keeping who is written to, where, in which language and on which clock."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, UUIDField
from django.db.models.functions import JSONObject

from carttrack.accounts.models import User
from carttrack.prepared import Param, prepared
from notifications.models import Address, Recipient

USERS = Param("users", BigIntegerField(), is_many=True)
UIDS = Param("uids", UUIDField(), is_many=True)
COLUMNS = ("id", "uid", "user_id", "language", "time_zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is written to, as their own record has it now.

    `addresses` gives the address by open channel. Pass a `uid` for whoever has no sign-in: two
    people may share an address or have none.

    Raises:
        ValueError: neither of the two is given.
    """

    user_id: int | None
    language: str
    time_zone: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    uid: UUID | None = None

    def __post_init__(self) -> None:
        if not (self.user_id or self.uid):
            raise ValueError("a person is known by their sign-in or by a uid")

    @property
    def reached_at(self) -> Mapping[str, str]:
        """Return the addresses that are not empty."""
        return {channel: value for channel, value in self.addresses.items() if value}


_newcomers: ContextVar[list[Person] | None] = ContextVar("newcomers", default=None)


@contextmanager
def noting_newcomers() -> Iterator[list[Person]]:
    """Collect who is made known meanwhile, for a caller who takes back what was written."""
    people: list[Person] = []
    before = _newcomers.set(people)
    try:
        yield people
    finally:
        _newcomers.reset(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A recipient with their addresses as the database has them."""

    recipient: Recipient
    addresses: Mapping[str, str]

    def is_up_to_date(self, person: Person) -> bool:
        """Tell whether nothing about the person has changed."""
        row = self.recipient
        kept = (row.user_id, row.language, row.time_zone, self.addresses)
        return kept == (person.user_id, person.language, person.time_zone, person.reached_at)


def save_recipients(people: Sequence[Person]) -> list[Recipient]:
    """Keep the details of people who are written to and return their recipients, in their order.

    Each is found again by the sign-in, else by the given `uid`. A changed address is given another
    chance: what bounced was the old one. Nothing is written, and one query made, when nothing
    changed.

    Raises:
        ZoneInfoNotFoundError: no such time zone.
    """
    known = _known(people, for_update=False)
    found = [_among(known, person) for person in people]
    return [
        kept.recipient if kept and kept.is_up_to_date(person) else _saved(person)
        for person, kept in zip(people, found, strict=True)
    ]


@transaction.atomic
def _saved(person: Person) -> Recipient:
    """Make a recipient, or change one; what the recipient chose meanwhile stands."""
    zone = ZoneInfo(person.time_zone).key
    details = {"user_id": person.user_id, "language": person.language, "time_zone": zone}
    recipient = _locked(person)
    if recipient is None:
        if (noted := _newcomers.get()) is not None:
            noted.append(person)
        try:
            with transaction.atomic():
                own = {"uid": person.uid} if person.uid else {}
                recipient = Recipient.objects.create(**details, **own)
        except IntegrityError:  # another plan has just made the same person known
            recipient = _locked(person)
            if recipient is None:
                raise
    Recipient.objects.filter(pk=recipient.pk).update(**details)
    _keep_addresses(recipient, person.reached_at)
    recipient.refresh_from_db()
    return recipient


def _keep_addresses(recipient: Recipient, wanted: Mapping[str, str]) -> None:
    """Let the addresses be these; one that stays keeps its proof and its block."""
    kept = dict(recipient.addresses.values_list("channel", "value"))
    recipient.addresses.exclude(channel__in=wanted).delete()
    for channel, value in wanted.items():
        if kept.get(channel) != value:
            Address.objects.update_or_create(
                recipient=recipient,
                channel=channel,
                defaults={
                    "value": value,
                    "verified_at": None,
                    "blocked_reason": "",
                    "blocked_at": None,
                },
            )


def _locked(person: Person) -> Recipient | None:
    found = _among(_known([person], for_update=True), person)
    return found.recipient if found else None


def _known(people: Sequence[Person], *, for_update: bool) -> list[Known]:
    """Return who may be one of the people, by all that finds them."""
    found = _found(for_update=for_update).rows(
        users=[person.user_id for person in people if person.user_id],
        uids=[person.uid for person in people if person.uid],
    )
    return [
        Known(
            recipient=Recipient.from_db(connection.alias, COLUMNS, row),
            addresses={each["channel"]: each["value"] for each in addresses},
        )
        for *row, addresses in found
    ]


@prepared
def _found(*, for_update: bool) -> QuerySet[Recipient, tuple[Any, ...]]:
    addresses = Address.objects.filter(recipient=OuterRef("pk")).order_by()
    each = addresses.values(json=JSONObject(channel="channel", value="value"))
    found = Recipient.objects.filter(Q(user__in=USERS) | Q(uid__in=UIDS)).order_by("pk")
    rows = found.annotate(reached_at=ArraySubquery(each)).values_list(*COLUMNS, "reached_at")
    return rows.select_for_update(of=("self",), no_key=True) if for_update else rows


def _among(known: Sequence[Known], person: Person) -> Known | None:
    """Return the person among recipients: a sign-in says more than a uid."""
    by_user = (each for each in known if person.user_id == each.recipient.user_id is not None)
    by_uid = (each for each in known if person.uid == each.recipient.uid)
    return next(by_user, None) or next(by_uid, None)


def recipient_for_user(*, user: User, time_zone: str) -> Recipient:
    """Return the person's recipient, made from what is known of them when there is none."""
    existing = Recipient.objects.filter(user=user).first()
    person = Person(
        user_id=user.pk,
        language=user.language,
        time_zone=time_zone,
        addresses={"email": user.email},
    )
    return existing or save_recipients([person])[0]
