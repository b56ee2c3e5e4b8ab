"""Who is there, read together with what their page asks first.

A session names the person, so what a page asks about them need not wait until they have been read:
both travel together. When the session does not hold, nobody is there and the answers are dropped.
What only the view itself needs may come later, while it is made sure that the reader may see it.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, NamedTuple, TypeAlias

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import SESSION_KEY
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from carttrack.accounts.models import User
from carttrack.prepared import READER, Asked, Later, Rows, answers_and_later, prepared


class Questions(NamedTuple):
    """What a view asks of a reader, of whom nothing but the key may be known yet."""

    first: Sequence[Asked]
    rounds: Sequence[Sequence[Asked]] = ()


class Found(NamedTuple):
    """The first answers, and the other rounds on their way."""

    rows: list[Rows]
    later: Later


Ask: TypeAlias = Callable[..., Questions]
View: TypeAlias = Callable[..., HttpResponseBase]

ASKS = "asks_at_once"
FOUND = "found_at_once"
COLUMNS = tuple(field.attname for field in User._meta.concrete_fields)  # noqa: SLF001


@dataclass(slots=True)
class Arrival:
    """What is asked while somebody arrives, and what came of it."""

    asked: Questions
    found: Found | None = None


_arriving: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's; it reads a person together with what is asked while they arrive."""

    def get_user(self, user_id: int) -> User | None:
        """Return who it is, if they may sign in."""
        arrival = _arriving.get()
        if arrival is None:
            person: User | None = super().get_user(user_id)
            return person
        first, rounds = arrival.asked
        found, later = answers_and_later([_person().asked(reader=user_id), *first], *rounds)
        rows, *others = found
        arrival.found = Found(others, later)
        for row in rows:
            person = User.from_db("default", COLUMNS, row)
            return person if self.user_can_authenticate(person) else None
        return None


@prepared
def _person() -> "QuerySet[User, Any]":
    return User.objects.filter(pk=READER).values_list(*COLUMNS)


def at_once(ask: Ask) -> Callable[[View], View]:
    """Hand a view, after the request, what is found of what it asks; it comes with the person.

    `ask` gets the request, the reader and what the address names.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def opened(request: Any, /, **named: Any) -> HttpResponseBase:
            found = request.__dict__.pop(FOUND, None)
            if found is None:
                first, rounds = ask(request, request.user, **named)
                found = Found(*answers_and_later(first, *rounds))
            with found.later:
                return view(request, found, **named)

        setattr(opened, ASKS, ask)
        return opened

    return guard


def arrive(request: HttpRequest, view: Callable[..., Any], named: dict[str, Any]) -> None:
    """Read who is there, with what the view asks at once; to be called before anybody asks who."""
    ask: Ask | None = getattr(view, ASKS, None)
    key = request.session.get(SESSION_KEY)
    if ask is None or key is None:
        return
    arrival = Arrival(ask(request, User(pk=int(key)), **named))
    token = _arriving.set(arrival)
    try:
        is_there = request.user.is_authenticated
    finally:
        _arriving.reset(token)
        if arrival.found is not None:
            setattr(request, FOUND, arrival.found)
    if not is_there:
        leave(request)


def leave(request: HttpRequest) -> None:
    """Wait for what was asked for a view that was never called."""
    found: Found | None = request.__dict__.pop(FOUND, None)
    if found is not None:
        found.later.close()
