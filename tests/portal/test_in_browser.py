"""The patient's pages in a real browser, as a phone shows them."""

import pytest
from django.urls import reverse

from tests.portal.conftest import activity_of, carried, days


@pytest.fixture
def axe(project):
    return (project / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def journey(team, today):
    found = carried(team, today, "accepted")
    team.book(activity_of(found, "leukapheresis"), today + days(4), today=today)
    return found


@pytest.fixture
def signed_in(client, new_page, live_server):
    """Return a function that opens a browser in which a patient is signed in."""

    def open_page(journey, **options):
        client.force_login(journey.patient.user)
        page = new_page(**options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([cookie | {"url": live_server.url}])
        return page

    return open_page


@pytest.mark.feature(118)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_a_small_phone(signed_in, axe, journey, scheme):
    page = signed_in(journey, viewport={"width": 320, "height": 640}, color_scheme=scheme)
    for path in (
        reverse("portal:home"),
        reverse("portal:help"),
        reverse("portal:access"),
        reverse("portal:step", args=["leukapheresis"]),
    ):
        page.goto(path)
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations.map((v) => v.help))")

        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.django_db(transaction=True)
def test_help_is_one_touch_away_without_scrolling_or_scripts(signed_in, journey):
    page = signed_in(journey, viewport={"width": 360, "height": 640}, java_script_enabled=False)
    page.goto(reverse("portal:home"))
    button = page.get_by_role("link", name="I feel unwell")

    box = button.bounding_box()
    assert box["y"] + box["height"] < page.locator(".bottom-bar").bounding_box()["y"]
    assert box["height"] >= 44
    button.click()
    assert "+46 8 465 004 12" in page.locator("main").inner_text()
