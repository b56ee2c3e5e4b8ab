"""Keys in a real browser: they go places, walk lists, and stay quiet while somebody types."""

import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership
from tests.browser.actors import PASSWORD, sign_in_by_password
from tests.factories import CentreFactory, UserFactory, journey_at, patient_at

NAMES = ("Alma", "Berit", "Cecilia")


@pytest.fixture
def centre(live_server):
    """A centre with three journeys."""
    call_command("publish_protocols", stdout=StringIO())
    centre = CentreFactory()
    for name in NAMES:
        journey_at(centre, patient=patient_at(centre, given_name=name, family_name=name))
    return centre


@pytest.fixture
def coordinator(centre):
    user = UserFactory(name="Anna Kettner")
    user.set_password(PASSWORD)
    user.save()
    Membership.objects.create(
        user=user, centre=centre, role=Role.COORDINATOR, from_on=date(2020, 1, 1)
    )
    return user


@pytest.fixture
def desk(page, coordinator):
    sign_in_by_password(page, coordinator)
    return page


@pytest.mark.django_db(transaction=True)
def test_g_and_a_letter_go_to_a_page(desk):
    for letter, address in (("b", "/board/"), ("p", "/patients/"), ("t", "/today/")):
        desk.keyboard.press("g")
        expect(desk.locator("#announcer")).to_contain_text("Go to")
        desk.keyboard.press(letter)
        desk.wait_for_url(f"**{address}")


@pytest.mark.django_db(transaction=True)
def test_a_question_mark_lists_the_keys_and_escape_brings_back(desk):
    desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Go to the board")

    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


@pytest.mark.django_db(transaction=True)
def test_the_menu_opens_the_same_list(desk):
    desk.locator("details[data-menu] summary").last.click()
    desk.get_by_role("link", name="Keyboard shortcuts").click()

    expect(desk.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_j_walks_the_rows_and_enter_opens_one(desk):
    desk.goto("/board/")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    walked = desk.locator(":focus")
    expect(walked).to_have_attribute("data-row", "")
    assert desk.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"

    name = walked.inner_text()
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile("/journeys/"))
    expect(desk.locator("h1")).to_contain_text(name.split()[0])


@pytest.mark.django_db(transaction=True)
def test_nothing_happens_while_somebody_types(desk):
    desk.keyboard.press("/")
    desk.keyboard.type("gb?j")

    expect(desk.locator("#find-patient")).to_have_value("gb?j")
    expect(desk.locator("dialog#keys")).to_be_hidden()
    assert desk.url.endswith("/today/")


@pytest.mark.django_db(transaction=True)
def test_without_javascript_the_keys_have_a_page(new_page, coordinator):
    page = new_page(java_script_enabled=False)
    sign_in_by_password(page, coordinator)
    page.goto("/board/")

    expect(page.locator(".journey-card")).to_have_count(len(NAMES))
    page.locator("details[data-menu] summary").last.click()
    page.get_by_role("link", name="Keyboard shortcuts").click()
    page.wait_for_url("**/keys/")
    expect(page.get_by_role("heading", name="Keyboard shortcuts", level=1)).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature(118)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_board_and_the_saved_filters_are_accessible(
    new_page, project, coordinator, width, scheme
):
    axe = (project / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    sign_in_by_password(page, coordinator)
    for address in (
        "/board/",
        "/board/?view=table",
        "/filters/",
        "/filters/new/board/?owner=me",
        "/keys/",
        "/patients/?status=active",
    ):
        page.goto(address)
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations.map((v) => v.help))")

        assert found == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.django_db(transaction=True)
def test_on_a_phone_the_lanes_are_an_accordion(new_page, coordinator):
    page = new_page(viewport={"width": 360, "height": 800})
    sign_in_by_password(page, coordinator)
    page.goto("/board/")
    lane = page.locator(".lane", has_text="Referral")

    expect(lane.locator(".journey-card").first).to_be_visible()
    lane.locator("summary").click()
    expect(lane.locator(".journey-card").first).to_be_hidden()
