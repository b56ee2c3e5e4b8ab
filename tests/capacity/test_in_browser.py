"""A chain of slots is found, looked at and taken in a real browser."""

import pytest
from django.urls import reverse

from tests.capacity.conftest import live
from tests.factories import activity_of


@pytest.fixture
def axe(project):
    return (project / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(params=["light", "dark"])
def page(request, client, ward, new_page, live_server):
    """Open a browser in which the coordinator is signed in."""
    client.force_login(ward.coordinator)
    opened = new_page(color_scheme=request.param)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    opened.context.add_cookies([cookie | {"url": live_server.url}])
    return opened


@pytest.mark.feature(34)
@pytest.mark.django_db(transaction=True)
def test_a_coordinator_finds_a_chain_and_sees_it_in_the_calendar(ward, page, axe):
    def check():
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations.map((v) => v.help))")
        assert found == [], page.url

    journey = ward.journey(protocol="axi-cel-lbcl")
    collection = activity_of(journey, "leukapheresis")
    ward.slot(days=(collection.chosen_on - ward.today).days)
    name = journey.patient.full_name

    page.goto(reverse("capacity:calendar") + f"?from={collection.chosen_on}")
    check()
    page.get_by_role("link", name=f"Find a chain of slots for {name}").click()
    check()
    page.get_by_role("link", name="Take this chain, number 1").click()
    check()
    assert live(ward) == []
    page.get_by_role("button", name="Take this chain").click()
    page.get_by_text("The chain is taken.").wait_for()
    assert live(ward) == ["Bed 1", "ICU 1", "Machine 1"]
    for route in ("slots", "units", "overbookings"):
        page.goto(reverse(f"capacity:{route}"))
        check()
    page.goto(reverse("capacity:reserve", args=[activity_of(journey, "infusion").uid]))
    check()
