"""The pages of signing in, of people and of messages in a real browser: accessible, and by hand."""

import pytest
from django.conf import settings
from django.test import Client

from carttrack.accounts.domain import Role
from tests.accounts.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    "/people/",
    "/people/new/",
    "/messages/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/logout/",
]
FOR_ALL = ["/accounts/login/code/", "/accounts/password/reset/", "/accounts/inactive/"]


@pytest.fixture
def administrator():
    return MembershipFactory(role=Role.ADMINISTRATOR).user


def sign_in(page, user, address):
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


@pytest.mark.parametrize("screen", [(360, "dark"), (1280, "light")])
def test_every_page_is_accessible_and_fits_the_screen(
    new_page, live_server, administrator, project, screen
):
    axe = (project / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    width, scheme = screen
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for address in [*FOR_ALL, *PAGES]:
        if address == PAGES[0]:
            sign_in(page, administrator, live_server.url)
        page.goto(address)
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations.map((v) => v.help))")

        assert found == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_role_ends_only_after_a_second_word(page, live_server, administrator):
    centre = administrator.memberships.get().centre
    held = MembershipFactory(centre=centre, user__name="Ada Berg")
    sign_in(page, administrator, live_server.url)
    page.goto("/people/")
    page.get_by_role("link", name="End: Ada Berg").click()
    page.get_by_role("button", name="End the role").click()
    dialog = page.locator("#confirm")
    assert "Ada Berg has no access" in dialog.inner_text()
    dialog.get_by_role("button", name="Go back").click()
    held.refresh_from_db()
    assert held.until_on is None

    page.get_by_role("button", name="End the role").click()
    dialog.get_by_role("button", name="End the role").click()
    page.wait_for_url("**/people/")

    held.refresh_from_db()
    assert held.until_on is not None
