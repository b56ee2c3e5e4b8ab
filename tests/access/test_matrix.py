"""Every route for every kind of person; a route without a row fails."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.routes import EVERYBODY, ROUTES
from tests.access.world import World, build_world

PEOPLE = (
    "anonymous",
    "patient",
    "other patient",
    "coordinator",
    "clinician",
    "data manager",
    "administrator",
    "coordinator elsewhere",
    "clinician elsewhere",
    "former coordinator",
    "superuser",
    "disabled",
)
SIGNED_OUT = {"anonymous", "disabled"}
OPEN = {200, 204, 302, 409, 422}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Build the world once; every test's changes are rolled back, and the world at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield the name of every route below a resolver."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield prefix + pattern.name
        else:
            yield from names(
                pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            )


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(names(get_resolver())) == set(ROUTES)


def may(allowed: str | None, person: str) -> bool:
    return allowed == EVERYBODY or person in (allowed or "").split(", ")


@pytest.mark.feature(113)
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ROUTES)
def test_a_route_opens_for_whom_it_is_meant_and_for_nobody_else(world, db, name, method, person):
    route = ROUTES[name]
    allowed = route.reads if method == "get" else route.writes
    client = world.client(person)

    response = getattr(client, method)(reverse(name, kwargs=route.kwargs(world)))

    goes_to_sign_in = response.status_code == 302 and "/accounts/login/" in response["Location"]
    if allowed is None:
        assert response.status_code in {404, 405} or goes_to_sign_in
    elif may(allowed, person):
        assert response.status_code in OPEN
        assert not goes_to_sign_in or allowed == EVERYBODY
    elif person in SIGNED_OUT:
        assert goes_to_sign_in
    else:
        assert response.status_code in {route.refusal, 405}
