"""From a shared protocol to the centre's own version, in a real browser."""

import pytest
from django.urls import reverse

from journeys.planning.models import ProtocolVersion
from tests.factories import published


@pytest.fixture
def axe(project):
    return (project / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(params=["light", "dark"])
def page(request, client, author, new_page, live_server):
    """Open a browser in which the coordinator is signed in."""
    client.force_login(author)
    opened = new_page(color_scheme=request.param)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    opened.context.add_cookies([cookie | {"url": live_server.url}])
    return opened


@pytest.fixture
def check(page, axe):
    """Return a function that finds what the open page keeps from anybody."""

    def violations():
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations.map((v) => v.help))")
        assert found == [], page.url

    return violations


def set_opening(page, days):
    """Type into the form of the six-month visit when its window opens."""
    number = page.get_by_role("group", name="Window opens").get_by_label("Number")
    number.fill(days)
    number.blur()
    page.get_by_text("with what you typed").wait_for()


def save(page):
    """Save the form and go back to the draft."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Back to the draft").click()


@pytest.mark.feature(1)
@pytest.mark.feature(12)
@pytest.mark.django_db(transaction=True)
def test_a_coordinator_makes_a_protocol_the_centres_own(page, check):
    published()
    page.goto(reverse("authoring:protocols"))
    check()
    page.get_by_role("link", name="Start a draft from CAR T-cell therapy").click()
    page.get_by_role("button", name="Start the draft").click()
    check()

    page.get_by_role("link", name="Change Six-month visit").click()
    set_opening(page, "90")
    assert page.get_by_text("The windows of Day 100 visit and Six-month visit overlap").count() == 1
    save(page)
    check()

    page.get_by_role("link", name="Six-month visit", exact=True).click()
    set_opening(page, "160")
    check()
    save(page)
    page.get_by_role("link", name="Dry run").click()
    page.get_by_text("Product 14 days late").wait_for()
    check()
    page.go_back()

    page.get_by_role("link", name="Publish …").click()
    check()
    page.get_by_role("button", name="Publish this version").click()
    page.get_by_text("Published. New journeys may start on it").wait_for()
    check()
    version = ProtocolVersion.objects.get(protocol__centre__isnull=False)
    part = next(one for one in version.document["activities"] if one["code"] == "month_6")
    assert part["window"]["opens"] == "P160D"
