"""The main job, walked through all three roles in a real browser against a real mail server."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership, User
from journeys.planning.models import Activity, Journey, Stage
from notifications.services import sweep
from tests.browser.actors import (
    PASSWORD,
    at,
    book,
    meet_gates,
    move,
    record,
    record_visit,
    refer,
    sign_in_by_code,
    sign_in_by_password,
    unfold_everything,
)
from tests.conftest import SmtpSink
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


def sweep_by_the_walks_clock() -> None:
    """Sweep as the task does, whose clock is the database's, which does not travel."""
    sweep(now=timezone.now(), worker="walk")


def activity(journey: Journey, code: str, occurrence: int = 1) -> Activity:
    return Activity.objects.select_related("journey").get(
        journey=journey, code=code, occurrence=occurrence
    )


@dataclass
class Walk:
    """The browser, the clock, the mail server and the people of one walk."""

    page: Page
    days: Days
    sink: SmtpSink
    coordinator: User
    clinician: User

    def act_as(self, user: User, on: date, hour: int = 16) -> None:
        """Let time pass until a day and sign in again, since sessions end in between."""
        self.days.go_to(on, hour)
        sign_in_by_password(self.page, user)

    def letters(self) -> list[EmailMessage]:
        return [letter for letter in self.sink.messages if letter["To"] == EMAIL]

    def expect(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


def refer_and_decide(walk: Walk) -> Journey:
    """Register, start, see the whole plan, and decide that the treatment is right."""
    sign_in_by_password(walk.page, walk.coordinator)
    journey = refer(
        walk.page,
        email=EMAIL,
        protocol="CAR T-cell therapy, standard journey (version 3)",
        coordinator=walk.coordinator.name,
        clinician=walk.clinician.name,
    )
    for stage in ("Leukapheresis", "Manufacturing", "Lymphodepletion", "Infusion", "Return visit"):
        walk.expect(stage)
    decision = activity(journey, "eligibility")
    walk.act_as(walk.coordinator, decision.chosen_on)
    record(walk.page, decision, decision.chosen_on)
    return journey


def book_and_collect(walk: Walk, journey: Journey) -> None:
    """Book the collection; the patient is told without a word about the illness, and looks."""
    collection = activity(journey, "leukapheresis")
    book(walk.page, collection, collection.chosen_on)
    sweep_by_the_walks_clock()
    letters = walk.letters()
    assert letters
    for letter in letters:
        assert not CLINICAL_WORDS.search(f"{letter['Subject']} {letter.get_content()}")

    sign_in_by_code(walk.page, EMAIL, walk.sink)
    walk.expect("Cell collection")
    walk.expect("09:30")

    walk.days.go_to(collection.chosen_on - timedelta(days=1))
    before = len(walk.letters())
    sweep_by_the_walks_clock()
    assert len(walk.letters()) > before
    walk.act_as(walk.coordinator, collection.chosen_on)
    meet_gates(walk.page, collection)
    record(walk.page, collection, collection.chosen_on)


def let_the_product_slip(walk: Walk, journey: Journey) -> None:
    """Preview the whole cascade, which writes nothing, then commit it."""
    product = activity(journey, "product_received")
    infusion_on = activity(journey, "infusion").chosen_on
    walk.act_as(walk.coordinator, product.chosen_on)
    steps = move(
        walk.page, product, product.chosen_on + timedelta(days=7), reason="Product is late"
    )
    next(steps)
    walk.expect("Infusion")
    assert activity(journey, "infusion").chosen_on == infusion_on
    next(steps)
    assert activity(journey, "infusion").chosen_on == infusion_on + timedelta(days=7)


def treat_and_discharge(walk: Walk, journey: Journey) -> None:
    """Record product, lymphodepletion, infusion and discharge, each on its day."""
    for code in ("product_received", "lymphodepletion", "infusion", "discharge"):
        numbers = Activity.objects.filter(journey=journey, code=code).order_by("occurrence")
        for number in numbers.values_list("occurrence", flat=True):
            one = activity(journey, code, number)
            walk.act_as(walk.coordinator, one.chosen_on)
            meet_gates(walk.page, one)
            record(walk.page, one, one.chosen_on)


@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.feature(121)
def test_a_patient_is_carried_from_referral_to_fifteen_years_of_follow_up(
    team, page, smtp_sink, days
):
    walk = Walk(page, days, smtp_sink, team[Role.COORDINATOR], team[Role.CLINICIAN])
    journey = refer_and_decide(walk)
    book_and_collect(walk, journey)
    let_the_product_slip(walk, journey)
    treat_and_discharge(walk, journey)

    page.goto(f"/journeys/{journey.uid}/")
    unfold_everything(page)
    walk.expect("Yearly visit 15")
    assert Activity.objects.filter(journey=journey, code="year").count() == 15

    visit = activity(journey, "return_visit")
    assert visit.target_on == activity(journey, "discharge").happened_on + timedelta(days=28)
    walk.act_as(walk.clinician, visit.chosen_on)
    record_visit(page, visit, visit.chosen_on)
    assert set(stages_done(journey)) == {
        "referral",
        "leukapheresis",
        "manufacturing",
        "lymphodepletion",
        "infusion",
        "monitoring",
        "return_visit",
    }

    sign_in_by_code(page, EMAIL, smtp_sink)
    walk.expect(re.compile("[Yy]ear"))


def stages_done(journey: Journey) -> list[str]:
    done = Stage.objects.filter(cycle__journey=journey, state="done")
    return list(done.values_list("code", flat=True))
