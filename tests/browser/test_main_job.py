"""The main job, walked through all three roles in a real browser against a real mail server."""

import re
from io import StringIO
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import expect

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership
from journeys.planning.models import Activity, Journey, Stage
from notifications.tasks import sweep_reminders
from tests.browser.actors import (
    PASSWORD,
    at,
    book,
    record,
    refer,
    sign_in_by_code,
    sign_in_by_password,
)
from tests.factories import CentreFactory, UserFactory

EMAIL = "astrid.lindmark@example.org"
CLINICAL_WORDS = re.compile("leuk|infus|cell|cancer|car t|apheresis|lympho", re.IGNORECASE)


@pytest.fixture
def team(live_server):
    """One centre with a coordinator and a clinician who sign in with passwords."""
    call_command("publish_protocols", stdout=StringIO())
    centre = CentreFactory(name="Ravensholm University Hospital", short_name="Ravensholm")
    people = {}
    for role, name in ((Role.COORDINATOR, "Anna Kettner"), (Role.CLINICIAN, "Dr Mira Solberg")):
        user = UserFactory(name=name)
        user.set_password(PASSWORD)
        user.save()
        Membership.objects.create(user=user, centre=centre, role=role, from_on=date(2020, 1, 1))
        people[role] = user
    return people


class Days:
    """The clock of the walk; it only ever goes forward."""

    def __init__(self, traveller):
        self.traveller = traveller

    def go_to(self, day, hour=10):
        self.traveller.move_to(at(day, hour))


@pytest.fixture
def days():
    """Begin now: who may see a patient is judged by the database's clock, which stays real."""
    with time_machine.travel(datetime.now(tz=UTC), tick=True) as traveller:
        yield Days(traveller)


def activity(journey: Journey, code: str, occurrence: int = 1) -> Activity:
    return Activity.objects.select_related("journey").get(
        journey=journey, code=code, occurrence=occurrence
    )


@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.feature(121)
def test_a_patient_is_carried_from_referral_to_fifteen_years_of_follow_up(
    team, page, smtp_sink, days
):
    coordinator, clinician = team[Role.COORDINATOR], team[Role.CLINICIAN]

    # Referral: register, start, and the whole plan is there.
    sign_in_by_password(page, coordinator)
    journey = refer(
        page,
        email=EMAIL,
        protocol="CAR T-cell therapy, standard journey (version 1)",
        coordinator=coordinator.name,
        clinician=clinician.name,
    )
    for stage in ("Leukapheresis", "Manufacturing", "Lymphodepletion", "Infusion", "Return visit"):
        expect(page.locator("main")).to_contain_text(stage)
    eligibility = activity(journey, "eligibility")
    days.go_to(eligibility.chosen_on)
    sign_in_by_password(page, coordinator)
    record(page, eligibility, eligibility.chosen_on)

    # Leukapheresis: book it, and the patient is told without a word about the illness.
    collection = activity(journey, "leukapheresis")
    book(page, collection, collection.chosen_on)
    sweep_reminders()
    (letter,) = [mail for mail in smtp_sink.messages if mail["To"] == EMAIL]
    assert not CLINICAL_WORDS.search(f"{letter['Subject']} {letter.get_content()}")
    assert "/accounts/login" in letter.get_content() or "http" in letter.get_content()

    # The patient looks: what comes next, when, and what to bring.
    sign_in_by_code(page, EMAIL, smtp_sink)
    expect(page.locator("main")).to_contain_text("Cell collection")
    expect(page.locator("main")).to_contain_text("09:30")
    days.go_to(collection.chosen_on - timedelta(days=1))
    sweep_reminders()
    assert len([mail for mail in smtp_sink.messages if mail["To"] == EMAIL]) >= 3

    days.go_to(collection.chosen_on, 16)
    sign_in_by_password(page, coordinator)
    record(page, collection, collection.chosen_on)

    # The product slips: preview the whole cascade, then commit.
    product = activity(journey, "product_received")
    infusion_before = activity(journey, "infusion").chosen_on
    days.go_to(product.chosen_on)
    sign_in_by_password(page, coordinator)
    slipped_to = product.chosen_on + timedelta(days=7)
    page.goto(f"/activities/{product.uid}/move/")
    page.locator("input[type=date]").fill(slipped_to.isoformat())
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("main")).to_contain_text("Infusion")
    assert activity(journey, "infusion").chosen_on == infusion_before
    page.get_by_label("Reason").select_option(label="Product is late")
    page.get_by_role("button", name=re.compile("Commit|Move")).last.click()
    page.wait_for_url(re.compile("/journeys/"))
    assert activity(journey, "infusion").chosen_on == infusion_before + timedelta(days=7)

    # Product, lymphodepletion, infusion, discharge: each recorded on its day.
    for code in ("product_received", "lymphodepletion", "infusion", "discharge"):
        for number in Activity.objects.filter(journey=journey, code=code).values_list(
            "occurrence", flat=True
        ):
            one = activity(journey, code, number)
            days.go_to(one.chosen_on, 16)
            sign_in_by_password(page, coordinator)
            record(page, one, one.chosen_on)

    # Fifteen yearly visits stand in the timeline.
    assert Activity.objects.filter(journey=journey, code="year").count() == 15
    page.goto(f"/journeys/{journey.uid}/")
    for detail in page.locator("main details:not([open]) > summary").all():
        if detail.is_visible():
            detail.click()
    expect(page.locator("main")).to_contain_text("Yearly visit 15")

    # The return visit, four weeks after discharge, recorded by the clinician.
    visit = activity(journey, "return_visit")
    assert visit.target_on == activity(journey, "discharge").happened_on + timedelta(days=28)
    days.go_to(visit.chosen_on, 16)
    sign_in_by_password(page, clinician)
    page.goto("/visits/")
    expect(page.locator("main")).to_contain_text("Lindmark")
    page.goto(f"/visits/{visit.uid}/record/")
    page.locator("#id_response").select_option(index=3)
    page.locator("#id_tested_on").fill(visit.chosen_on.isoformat())
    page.locator("#id_neutrophils").fill("2.1")
    page.locator("#id_platelets").fill("84")
    for field, answer in (
        ("max_crs_grade", "1"),
        ("max_icans_grade", "0"),
        ("intensive_care", "no"),
        ("infection", "no"),
        ("second_cancer", "no"),
    ):
        page.locator(f"#id_{field}").select_option(answer)
    page.locator("#id_notes").fill("Tired, otherwise well.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile("/visits/records/"))
    expect(page.locator("main")).to_contain_text("84")

    done = Stage.objects.filter(cycle__journey=journey, state="done")
    assert set(done.values_list("code", flat=True)) >= {
        "referral",
        "leukapheresis",
        "manufacturing",
        "lymphodepletion",
        "infusion",
        "monitoring",
        "return_visit",
    }

    # And the patient sees that it is done, and what the years bring.
    sign_in_by_code(page, EMAIL, smtp_sink)
    expect(page.locator("main")).to_contain_text(re.compile("[Yy]ear"))
