"""Sending one hostile request to the small world, and seeing what it changed."""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from django import forms
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from tests.access.routes import EVERYBODY, ROUTES, Route
from tests.access.world import World
from tests.hostile import values

# Sending nothing changes these: who read what, who is signed in, and what never changes.
APART = {"audit.ReadEntry", "notifications.Heartbeat", "planning.ProtocolVersion"}
WATCHED = ("accounts", "audit", "patients", "planning", "followup", "authoring", "notifications")
FEW, MANY = 3, 15
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "patients", "HTTP_HX_CURRENT_URL": "\x00"}


def somebody(allowed: str | None) -> str:
    """Return one of the people who may use a route, the anonymous one where everybody may."""
    return "anonymous" if allowed in (None, EVERYBODY) else allowed.split(", ")[0]


def path_of(world: World, name: str) -> str:
    """Return the address of a route in the world."""
    return reverse(name, kwargs=ROUTES[name].kwargs(world))


class Visitor:
    """A signed-in browser whose every request is undone, and the complaints about the answers."""

    def __init__(self, world: World, person: str) -> None:
        self.client: Client = world.client(person)
        self.client.raise_request_exception = False
        self.person = person
        self.sent = 0
        self.complaints: list[str] = []

    def send(self, method: str, path: str, *args: Any, **extra: Any) -> Any:
        """Send a request; complain about a fault of ours, and about what a refusal changed."""
        self.sent += 1
        headers: dict[str, Any] = HTMX if self.sent % 2 else {}
        with undone():
            before = fingerprint() if method != "get" else None
            if method == "generic":
                response = self.client.generic("POST", path, *args, **(headers | extra))
            else:
                response = getattr(self.client, method)(path, *args, **headers, **extra)
            about = f"{self.person}: {method} {path[:120]} {str(args)[:300]}"
            if response.status_code >= 500:
                self.complaints.append(f"{response.status_code} {about}\n{_fault(response)}")
            elif before is not None and _is_refusal(response) and fingerprint() != before:
                self.complaints.append(f"{response.status_code}, yet rows changed: {about}")
        return response


def _is_refusal(response: Any) -> bool:
    return response.status_code >= 400 or (
        response.status_code == 200 and "HX-Redirect" not in response.headers
    )


def _fault(response: Any) -> str:
    """Return what broke, and the last place of ours that it went through."""
    if not response.exc_info:
        return ""
    _, error, trace = response.exc_info
    ours = [frame for frame in traceback.extract_tb(trace) if "site-packages" not in frame.filename]
    place = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else "outside"
    return f"{type(error).__name__}: {str(error)[:200]} at {place}"


@contextmanager
def undone() -> Iterator[None]:
    """Undo everything that happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fingerprint() -> list[tuple[str, int, int]]:
    """Return every clinical table's number of rows and a hash of their content."""
    with connection.cursor() as cursor:
        cursor.execute(_fingerprint_query())
        rows: list[tuple[str, int, int]] = cursor.fetchall()
        return rows


@cache
def _fingerprint_query() -> str:
    tables = [
        model._meta.db_table
        for app in WATCHED
        for model in apps.get_app_config(app).get_models()
        if model._meta.label not in APART and not model.__name__.endswith("Event")
    ]
    counted = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) "
        f'FROM "{table}" AS t'
        for table in tables
    )
    return f"{counted} ORDER BY 1"  # parallel workers answer in any order


def keys_asked(visitor: Visitor, path: str, monkeypatch: Any) -> list[str]:
    """Return the query keys that a page looks for when it is opened."""
    asked: dict[str, None] = {}
    get, contains = MultiValueDict.__getitem__, MultiValueDict.__contains__

    def note_get(self: Any, key: str) -> Any:
        asked[str(key)] = None
        return get(self, key)

    def note_contains(self: Any, key: object) -> bool:
        asked[str(key)] = None
        return bool(contains(self, key))

    with monkeypatch.context() as patch:
        patch.setattr(MultiValueDict, "__getitem__", note_get)
        patch.setattr(MultiValueDict, "__contains__", note_contains, raising=False)
        visitor.send("get", path)
    return [key for key in asked if key != "csrfmiddlewaretoken"]


def form_of(response: Any) -> forms.BaseForm | None:
    """Return the form that a page shows."""
    found = response.context.get("form") if response.context else None
    return found if isinstance(found, forms.BaseForm) else None


def filled(form: forms.BaseForm) -> dict[str, Any]:
    """Return a form filled in as somebody would who means well."""
    typed = {name: _typed(form[name].value(), field) for name, field in form.fields.items()}
    return {name: value for name, value in typed.items() if value is not None}


def _typed(value: Any, field: forms.Field) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if value not in (None, ""):
        return value
    if isinstance(field, forms.BooleanField):
        return None
    if isinstance(field, (forms.ModelChoiceField, forms.ChoiceField)):
        return _first_choice(field.choices)
    if not field.required:
        return ""
    plain = {
        forms.DateField: timezone.localdate().isoformat(),
        forms.TimeField: "10:00",
        forms.IntegerField: "30",
        forms.EmailField: "new@example.org",
    }
    return next((text for kind, text in plain.items() if isinstance(field, kind)), "Something")


def _first_choice(choices: Any) -> str:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            return _first_choice(label)
        if str(value):
            return str(value)
    return ""


def bad_values(field: forms.Field | None) -> tuple[str, ...]:
    """Return what is typed into a field that should not be."""
    kinds: Mapping[Any, tuple[str, ...]] = {
        forms.DateField: values.DAYS,
        forms.TimeField: values.HOURS,
        (forms.IntegerField, forms.DecimalField): values.NUMBERS,
        (forms.ChoiceField, forms.BooleanField): (),
        forms.CharField: values.TEXTS,
    }
    more = next((found for kind, found in kinds.items() if isinstance(field, kind)), ())
    return (*values.ANYWHERE, *more)


def some(number: int, found: tuple[str, ...], *, of: int) -> tuple[str, ...]:
    """Return all values where there are few keys, else each key's own share of them."""
    share = 1 if of <= FEW else 3 if of <= MANY else 9
    return found[number % share :: share]


def routes(method: str) -> list[tuple[str, Route]]:
    """Return the routes that somebody may read, or write."""
    return [
        (name, route)
        for name, route in ROUTES.items()
        if (route.reads if method == "get" else route.writes)
    ]
