"""Whatever is sent to any route: no fault of ours, and what is refused changes nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.access.routes import ROUTES
from tests.access.world import World, build_world
from tests.hostile import values
from tests.hostile.requests import (
    Visitor,
    bad_values,
    filled,
    form_of,
    keys_asked,
    path_of,
    routes,
    some,
    somebody,
    undone,
)

READABLE = [name for name, _ in routes("get")]
WRITABLE = [name for name, _ in routes("post")]
# Where a page without a query shows no form, or another one than is posted.
QUERY = {"worklist:move": {"to_on": (timezone.localdate() + timedelta(days=45)).isoformat()}}
WITHOUT_FORM: dict[str, dict[str, str]] = {
    "worklist:decide": {"decision": "was_sent"},
    "notifications:read": {"message": "1", "next": "/"},
}
TAKES = (
    "worklist:patient-new",
    "worklist:patient-contacts",
    "worklist:journey-end",
    "worklist:book",
    "worklist:cancel-booking",
    "worklist:record",
    "worklist:close",
    "worklist:move",
    "worklist:decide",
    "followup:record",
    "followup:correct",
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def no_limits():
    """Let the sign-in pages answer, however often somebody has tried."""
    cache.clear()


def payload_of(visitor: Visitor, name: str, path: str) -> tuple[dict[str, Any], Any]:
    """Return a form filled in well, and the form; empty where the route shows none."""
    if name in WITHOUT_FORM:
        return dict(WITHOUT_FORM[name]), None
    with undone():
        form = form_of(visitor.client.get(path, QUERY.get(name, {})))
        return (filled(form), form) if form else ({}, None)


@pytest.mark.parametrize("name", READABLE)
def test_no_query_breaks_a_page(world, db, name, monkeypatch):
    visitor = Visitor(world, somebody(ROUTES[name].reads))
    path = path_of(world, name)

    keys = keys_asked(visitor, path, monkeypatch) or ["page"]
    for number, key in enumerate(keys):
        for value in some(number, values.QUERIES, of=len(keys)):
            visitor.send("get", path, {key: value})
        for raw in values.RAW_QUERIES:
            visitor.send("get", f"{path}?{raw % ((key,) * raw.count('%s'))}")

    assert not visitor.complaints, "\n".join(visitor.complaints)


@pytest.mark.parametrize("name", ROUTES)
def test_no_address_breaks_a_page(world, db, name):
    route = ROUTES[name]
    visitor = Visitor(world, somebody(route.reads or route.writes))
    path = path_of(world, name)

    for value in route.kwargs(world).values():
        for segment in values.RAW_SEGMENTS:
            changed = path.replace(str(value), segment)
            visitor.send("get", changed)
            visitor.send("post", changed)

    assert not visitor.complaints, "\n".join(visitor.complaints)


@pytest.mark.parametrize("name", TAKES)
def test_what_is_filled_in_well_is_taken(world, db, name):
    """Otherwise the bad values below would be refused for another reason than their own."""
    visitor = Visitor(world, somebody(ROUTES[name].writes))
    path = path_of(world, name)
    payload, _ = payload_of(visitor, name, path)

    with undone():
        answer = visitor.client.post(path, payload | well_chosen(name))

    taken = answer.status_code == 302 or "preview" in answer.context  # a change is shown first
    assert taken, answer.context["form"].errors


def well_chosen(name: str) -> dict[str, str]:
    """Return what only somebody who knows the page would type."""
    return {
        "followup:record": {"timing_reason": "Early.", "response": "not_assessed"},
        "followup:correct": {},
    }.get(name, {})


@pytest.mark.parametrize("name", WRITABLE)
def test_no_value_breaks_a_form(world, db, name):
    visitor = Visitor(world, somebody(ROUTES[name].writes))
    path = path_of(world, name)
    payload, form = payload_of(visitor, name, path)
    payload |= well_chosen(name)
    fields = form.fields if form else dict.fromkeys(payload)

    for number, (key, field) in enumerate(fields.items()):
        for value in some(number, bad_values(field), of=len(fields)):
            visitor.send("post", path, payload | {key: value})

    assert not visitor.complaints, "\n".join(visitor.complaints)


@pytest.mark.parametrize("name", WRITABLE)
def test_no_body_breaks_a_form(world, db, name):
    visitor = Visitor(world, somebody(ROUTES[name].writes))
    path = path_of(world, name)
    payload, _ = payload_of(visitor, name, path)
    form = "application/x-www-form-urlencoded"
    bodies = [
        (b'{"a": 1}', "application/json"),
        (b"\x00\xff\xfe", "application/octet-stream"),
        (b"a=1", "multipart/form-data"),
        (b"a=1", "multipart/form-data; boundary=x"),
        (b"a=1", f"{form}; charset=utf-99"),
        (b"", ""),
        ("&".join(f"{key}=%ff%fe%00" for key in payload).encode(), form),
        ("&".join(f"{key}=a&{key}=b" for key in payload).encode(), form),
        (b"&".join(b"k%d=1" % number for number in range(1100)), form),
        (b"a=" + b"A" * 3_000_000, form),
    ]

    for body, kind in bodies:
        visitor.send("generic", path, body, content_type=kind)
    visitor.send("post", path, {key: [value, value] for key, value in payload.items()})

    assert not visitor.complaints, "\n".join(visitor.complaints)


@pytest.mark.parametrize("name", ROUTES)
def test_no_method_breaks_a_route(world, db, name):
    route = ROUTES[name]
    visitor = Visitor(world, somebody(route.reads or route.writes))
    path = path_of(world, name)

    for method in ("head", "options", "put", "patch", "delete", "trace"):
        visitor.send(method, path)

    assert not visitor.complaints, "\n".join(visitor.complaints)


@pytest.mark.parametrize("name", WRITABLE)
def test_a_form_from_another_site_is_refused(world, db, name):
    visitor = Visitor(world, somebody(ROUTES[name].writes))
    path = path_of(world, name)
    payload, _ = payload_of(visitor, name, path)
    session = visitor.client.cookies
    visitor.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    visitor.client.cookies = session

    assert visitor.send("post", path, payload).status_code == 403
    forged = payload | {"csrfmiddlewaretoken": "x" * 64}
    assert visitor.send("post", path, forged).status_code == 403
    assert not visitor.complaints, "\n".join(visitor.complaints)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "name", ["worklist:patients", "followup:due", "accounts:memberships", "worklist:today"]
)
def test_a_search_for_thousands_of_words_is_soon_over(world, db, name):
    visitor = Visitor(world, somebody(ROUTES[name].reads))

    assert visitor.send("get", path_of(world, name), {"q": "a " * 2000}).status_code == 200
