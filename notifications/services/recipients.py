"""Keeping who is written to, where, in which language and on which clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, CharField, Field, Q, QuerySet, UUIDField

from carttrack.accounts.models import User
from carttrack.prepared import Param, prepared
from notifications.models import Recipient

CURED_BY_A_NEW_ADDRESS = frozenset({"bounced", "no_address"})
COLUMNS = ("id", "uid", "user_id", "email", "language", "time_zone", "blocked_reason")
KINDS: Mapping[str, "Field[Any, Any]"] = {
    "user_id": BigIntegerField(),
    "uid": UUIDField(),
    "email": CharField(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is written to, as their own record has it now.

    Pass a `uid` for whoever has no sign-in: two people may share an address or have none.
    """

    user_id: int | None
    email: str
    language: str
    time_zone: str
    uid: UUID | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """Return what finds them again: the sign-in, the uid or, with neither, the address."""
        return tuple(way for way in ("user_id", "uid") if getattr(self, way)) or ("email",)

    def is_kept_in(self, recipient: Recipient) -> bool:
        """Tell whether a recipient has these details already."""
        kept = (recipient.user_id, recipient.email, recipient.language, recipient.time_zone)
        return kept == (self.user_id, self.email, self.language, self.time_zone)


def save_recipients(people: Sequence[Person]) -> list[Recipient]:
    """Keep the details of people who are written to and return their recipients, in their order.

    Each is found again by the sign-in, else by the given `uid`, else by the address. A changed
    address is given another chance: what bounced was the old one. Nothing is written, and one query
    made, when nothing changed.

    Raises:
        ZoneInfoNotFoundError: no such time zone.
    """
    known = _known(people, for_update=False)
    found = [_among(known, person) for person in people]
    return [
        recipient if recipient and person.is_kept_in(recipient) else _saved(person)
        for person, recipient in zip(people, found, strict=True)
    ]


@transaction.atomic
def _saved(person: Person) -> Recipient:
    """Make a recipient, or change one; a block that came in the meantime, an opt-out, stands."""
    zone = ZoneInfo(person.time_zone).key
    details = {
        "user_id": person.user_id,
        "email": person.email,
        "language": person.language,
        "time_zone": zone,
    }
    try:
        with transaction.atomic():
            recipient = _locked(person)
            if recipient is None:
                own = {"uid": person.uid} if person.uid else {}
                return Recipient.objects.create(**details, **own)
    except IntegrityError:  # another plan has just made the same person known
        recipient = _locked(person)
        if recipient is None:
            raise
    if recipient.email != person.email and recipient.blocked_reason in CURED_BY_A_NEW_ADDRESS:
        recipient.blocked_reason = ""
    for name, value in details.items():
        setattr(recipient, name, value)
    recipient.save(update_fields=[*details, "blocked_reason"])
    return recipient


def _locked(person: Person) -> Recipient | None:
    return _among(_known([person], for_update=True), person)


def _known(people: Sequence[Person], *, for_update: bool) -> list[Recipient]:
    """Return who may be one of the people, by all the ways that find them."""
    ways = tuple((number, way) for number, person in enumerate(people) for way in person.ways)
    values = {f"{way}_{number}": getattr(people[number], way) for number, way in ways}
    found = _found(ways, for_update=for_update).rows(**values)
    return [Recipient.from_db(connection.alias, COLUMNS, row) for row in found]


@prepared
def _found(
    ways: tuple[tuple[int, str], ...], *, for_update: bool
) -> QuerySet[Recipient, tuple[Any, ...]]:
    by_way = [_by(way, Param(f"{way}_{number}", KINDS[way])) for number, way in ways]
    found = Recipient.objects.filter(reduce(or_, by_way)).order_by("pk").values_list(*COLUMNS)
    return found.select_for_update(no_key=True) if for_update else found


def _by(way: str, value: Param) -> Q:
    return Q(user=None, email=value) if way == "email" else Q(**{way: value})


def _among(known: Sequence[Recipient], person: Person) -> Recipient | None:
    """Return the person among recipients: a sign-in says more than a uid, a uid than an address."""
    ways: list[Callable[[Recipient], bool]] = [
        lambda each: person.user_id is not None and each.user_id == person.user_id,
        lambda each: person.uid is not None and each.uid == person.uid,
        lambda each: (
            not (person.user_id or person.uid)
            and each.user_id is None
            and each.email == person.email
        ),
    ]
    return next((each for way in ways for each in known if way(each)), None)


def recipient_for_user(*, user: User, time_zone: str) -> Recipient:
    """Return the person's recipient, made from what is known of them when there is none."""
    existing = Recipient.objects.filter(user=user).first()
    person = Person(user_id=user.pk, email=user.email, language=user.language, time_zone=time_zone)
    return existing or save_recipients([person])[0]


def block_recipient(*, recipient: Recipient, reason: str) -> None:
    """Send this recipient nothing from now on, not even what is claimed already."""
    Recipient.objects.filter(pk=recipient.pk).update(blocked_reason=reason)


def unblock_recipient(*, recipient: Recipient) -> None:
    """Write to this recipient again."""
    Recipient.objects.filter(pk=recipient.pk).update(blocked_reason="")
