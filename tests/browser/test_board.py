"""The board in a real browser: a full lane opens where it stands, and without JavaScript too."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership
from journeys.worklist.selectors.board import FIRST_CARDS
from tests.browser.actors import PASSWORD, sign_in_by_password
from tests.factories import CentreFactory, UserFactory, centre_day, many_journeys, staff

MORE = 4


@pytest.fixture
def coordinator(live_server):
    """A coordinator of a centre in which more people stand in a stage than a lane shows."""
    call_command("publish_protocols", stdout=StringIO())
    centre = CentreFactory()
    user = UserFactory(name="Anna Kettner")
    user.set_password(PASSWORD)
    user.save()
    Membership.objects.create(
        user=user, centre=centre, role=Role.COORDINATOR, from_on=date(2020, 1, 1)
    )
    many_journeys(
        centre,
        number=FIRST_CARDS + MORE,
        coordinator=user,
        clinician=staff(centre, Role.CLINICIAN),
        today=centre_day(centre),
    )
    return user


@pytest.mark.django_db(transaction=True)
def test_a_full_lane_opens_and_the_keyboard_goes_on_where_it_was(page, coordinator):
    sign_in_by_password(page, coordinator)
    page.goto("/board/")
    lane = page.locator("#lane-referral")
    expect(lane.locator(".journey-card")).to_have_count(FIRST_CARDS)

    lane.get_by_role("link", name=f"Show all {FIRST_CARDS + MORE}").press("Enter")

    expect(lane.locator(".journey-card")).to_have_count(FIRST_CARDS + MORE)
    expect(lane.locator("a[data-row]").nth(FIRST_CARDS)).to_be_focused()
    assert page.url.endswith("/board/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.django_db(transaction=True)
def test_without_javascript_a_full_lane_opens_as_a_page(new_page, coordinator):
    page = new_page(java_script_enabled=False)
    sign_in_by_password(page, coordinator)
    page.goto("/board/")

    page.get_by_role("link", name=f"Show all {FIRST_CARDS + MORE}").click()

    page.wait_for_url("**/board/?lane=referral#lane-referral")
    expect(page.locator("#lane-referral .journey-card")).to_have_count(FIRST_CARDS + MORE)
