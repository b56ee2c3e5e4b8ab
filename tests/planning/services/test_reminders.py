"""Which messages a plan asks for: to whom, how often, before and after, and only once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User
from journeys.patients.domain import CareRole, contact_uid
from journeys.patients.models import CareRelation
from journeys.planning.domain.reminding import Audience
from journeys.planning.domain.states import MoveReason
from journeys.planning.models import Journey
from journeys.planning.services import extend_reminders, move
from journeys.planning.services.audiences import recipients_of
from journeys.planning.workspace import load
from notifications.models import OutboxMail, Reminder
from notifications.services import sweep
from tests.planning.conftest import Team, activity_of, at

EVERYBODY = frozenset(Audience)


def of_rule(journey: Journey, rule: str) -> Any:
    return Reminder.objects.filter(thread__uid=journey.uid, rule=rule).order_by("due_at")


def extend(journey: Journey, today: date) -> None:
    extend_reminders(journey_uid=journey.uid, now=at(today), today=today)


def heard(journey: Journey) -> dict[Audience, Any]:
    return dict(recipients_of(load(journey.uid, for_update=False), EVERYBODY))


def name_contact(journey: Journey) -> None:
    journey.patient.contact_name, journey.patient.contact_phone = "Somebody Else", "+46701234567"
    journey.patient.save()


def works(centre: Centre, role: Role, name: str) -> User:
    user = User.objects.create_user(f"{name}@example.org", name=name.title())
    Membership.objects.create(user=user, centre=centre, role=role, from_on=date(2020, 1, 1))
    return user


def referred_from(team: Team, journey: Journey) -> User:
    home = Centre.objects.create(
        code="home-centre",
        name="Home Hospital",
        short_name="Home",
        phone="+46 8 465 004 13",
        time_zone="Europe/Stockholm",
        country="SE",
        region="eu",
    )
    CareRelation.objects.create(
        patient=journey.patient, centre=home, role=CareRole.REFERRING, from_on=date(2020, 1, 1)
    )
    return works(home, Role.COORDINATOR, "home")


@pytest.mark.feature(76)
def test_every_audience_is_somebody_of_the_journey(team, journey):
    name_contact(journey)
    lead = works(team.centre, Role.COORDINATOR, "lead")
    manager = works(team.centre, Role.DATA_MANAGER, "manager")
    home = referred_from(team, journey)

    found = heard(journey)

    users = {audience: found[audience].user for audience in EVERYBODY - {Audience.CAREGIVER}}
    assert users[Audience.COORDINATOR] == team.coordinator
    assert users[Audience.CLINICIAN] == team.clinician
    assert users[Audience.LEAD] == lead
    assert users[Audience.DATA_MANAGER] == manager
    assert users[Audience.REFERRING] == home
    contact = found[Audience.CAREGIVER]
    assert contact.uid == contact_uid(journey.patient.uid)
    assert list(contact.addresses.values_list("channel", "value")) == [("sms", "+46701234567")]
    assert (contact.language, contact.time_zone) == (
        journey.patient.language,
        journey.patient.time_zone,
    )


def test_a_task_without_its_person_falls_to_the_coordinator_and_news_to_nobody(team, journey):
    found = heard(journey)

    assert found[Audience.LEAD] == found[Audience.COORDINATOR] == found[Audience.DATA_MANAGER]
    assert not {Audience.REFERRING, Audience.CAREGIVER} & set(found)


def test_a_referring_centre_whose_part_is_over_hears_nothing(team, journey):
    referred_from(team, journey)
    CareRelation.objects.filter(role=CareRole.REFERRING).update(until_on=date(2020, 2, 1))

    assert Audience.REFERRING not in heard(journey)


@pytest.mark.feature(76)
def test_the_waiting_month_is_told_of_every_week(team, journey):
    team.carry_to(journey, "leukapheresis")
    product = activity_of(journey, "product_received")

    days = [
        (each.local_on - product.chosen_on).days
        for number in ("", "#2", "#3")
        for each in of_rule(journey, f"product_received:week{number}")
    ]

    assert days == [-21, -14, -7]


@pytest.mark.feature(76)
def test_what_follows_is_asked_for_once_it_is_done_and_counts_from_that_day(team, journey):
    name_contact(journey)
    team.carry_to(journey, "infusion")
    assert not of_rule(journey, "discharge:home").exists()
    discharge = activity_of(journey, "discharge")

    team.record(discharge, now=at(discharge.chosen_on, 23))

    own, contact = of_rule(journey, "discharge:home"), of_rule(journey, "discharge:home_with")
    assert [each.due_at for each in (*own, *contact)] == 2 * [at(discharge.chosen_on, 23)]
    assert [each.channel for each in contact] == ["sms"]
    assert not own.filter(ignores_quiet=False).exists()


def test_what_led_up_to_something_done_is_withdrawn_because_it_is_done(team, journey):
    team.carry_to(journey, "eligibility")
    collection = activity_of(journey, "leukapheresis")
    team.book(collection, collection.chosen_on, today=collection.chosen_on - timedelta(days=5))

    team.record(collection)

    (soon,) = of_rule(journey, "leukapheresis:soon_1")
    assert (soon.state, soon.reason) == ("suppressed", "done")
    assert of_rule(journey, "leukapheresis:bridging").get().state == "pending"


def test_what_follows_something_done_by_mistake_is_withdrawn(team, journey):
    team.carry_to(journey, "return_visit")
    visit = activity_of(journey, "return_visit")
    letter = of_rule(journey, "return_visit:letter_3").get()
    assert letter.local_on == visit.happened_on + timedelta(days=3)
    assert letter.escalate_hours == 168

    extend(journey, visit.happened_on + timedelta(days=200))

    letter.refresh_from_db()
    assert letter.state == "suppressed"


@pytest.mark.feature(77)
@pytest.mark.feature(78)
@pytest.mark.django_db(transaction=True)
def test_a_date_that_moves_three_times_sends_one_message(team, journey):
    today = team.carry_to(journey, "eligibility")
    collection = activity_of(journey, "leukapheresis")
    day = collection.chosen_on
    for shift in (0, 1, 2, 3):
        team.book(collection, day + timedelta(days=shift), today=today)

    (soon,) = of_rule(journey, "leukapheresis:soon_1")
    assert soon.local_on == day + timedelta(days=2)
    now = soon.due_at + timedelta(minutes=1)
    before = OutboxMail.objects.count()
    for _ in range(2):
        sweep(now=now, worker="test")

    soon.refresh_from_db()
    assert soon.state == "sent"
    assert of_rule(journey, "leukapheresis:soon_1").count() == 1
    assert OutboxMail.objects.filter(message_uid=soon.uid).count() == 1
    assert OutboxMail.objects.count() > before


@pytest.mark.feature(76)
def test_titles_travel_in_every_language_that_the_protocol_has(team, journey):
    team.carry_to(journey, "eligibility")
    reminder = of_rule(journey, "leukapheresis:book").get()

    assert reminder.context["title"] == "Leukapheresis"
    assert reminder.context["title_sv"] == "Leukaferes"
    assert reminder.context["patient_title_es"] == "Recogida de células"


def test_more_people_and_more_messages_cost_no_more_queries(team, journey):
    def queries(today: date) -> int:
        extend(journey, today)
        with CaptureQueriesContext(connection) as asked:
            extend(journey, today)
        return len(asked)

    early = queries(journey.started_on)
    name_contact(journey)
    works(team.centre, Role.DATA_MANAGER, "manager")
    referred_from(team, journey)
    infused_on = team.carry_to(journey, "infusion")

    assert queries(infused_on) <= early + 1  # the appointments' stage has rows of its own by then


def test_a_move_is_told_as_one_message_that_moves(team, journey):
    today = team.carry_to(journey, "leukapheresis") + timedelta(days=1)
    infusion = activity_of(journey, "infusion")

    outcome = move(
        activity_uid=infusion.uid,
        to_on=infusion.chosen_on + timedelta(days=3),
        reason=MoveReason.OTHER,
        note="A bed is free then.",
        by=team.coordinator,
        today=today,
        now=at(today, 9),
    )

    moved = {message.rule for message in outcome.messages.moved}
    assert "infusion:checks_1" in moved
    assert of_rule(journey, "infusion:checks_1").count() == 1
