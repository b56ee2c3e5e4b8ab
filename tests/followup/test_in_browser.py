"""Recording a visit in a real browser, with mistakes on the way."""

import pytest
from django.urls import reverse
from django.utils import timezone

from journeys.followup.models import Visit
from tests.followup.conftest import activity_of, days
from tests.planning.conftest import STOCKHOLM


@pytest.fixture
def axe(project):
    return (project / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def due(team):
    today = timezone.localdate(timezone=STOCKHOLM)
    journey = team.refer(on=today - days(110))
    team.carry_to(journey, "infusion")
    team.record(activity_of(journey, "discharge"), on=today - days(28))
    return activity_of(journey, "return_visit")


@pytest.fixture(params=["light", "dark"])
def page(request, client, team, new_page, live_server):
    """Open a browser in which the clinician is signed in."""
    client.force_login(team.clinician)
    opened = new_page(color_scheme=request.param)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    opened.context.add_cookies([cookie | {"url": live_server.url}])
    return opened


@pytest.mark.feature(56)
@pytest.mark.django_db(transaction=True)
def test_a_clinician_records_a_visit_after_a_slip_of_the_unit(page, due, axe):
    def check():
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations.map((v) => v.help))")
        assert found == [], page.url

    page.goto(reverse("followup:due"))
    check()
    page.get_by_role("link", name="Record Return visit of Test Person 1").click()
    check()
    page.get_by_role("combobox", name="Response").select_option("not_assessed")
    page.get_by_label("Neutrophils (optional)").fill("1500")
    page.get_by_label("CD4 cells not measured").check()
    page.get_by_label("Worst CRS, ASTCT").select_option("2")
    page.get_by_label("Worst ICANS, ASTCT").select_option("unknown")
    for field in ("Intensive care", "Infections", "Second cancer suspected"):
        page.get_by_label(field, exact=True).select_option("no")
    page.get_by_role("button", name="Record visit").click()
    check()
    page.get_by_role("link", name="did you mean 1.5?").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("1.5")
    page.get_by_role("button", name="Record visit").click()

    page.get_by_text("The visit is recorded.").wait_for()
    check()
    visit = Visit.objects.get()
    assert (str(visit.neutrophils), visit.not_measured) == ("1.50", ["cd4"])
