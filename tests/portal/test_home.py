"""What a patient sees at home, in each state of the journey."""

import re
from dataclasses import replace
from functools import partial

import pytest
from django.utils import timezone

from carttrack.accounts.models import Centre
from journeys.planning.domain.states import EndReason, HoldReason, MoveReason
from journeys.planning.selectors.opening import asked_for_own_journey, journey_from
from journeys.planning.selectors.timeline import timeline
from journeys.planning.services import (
    cancel_booking,
    commit,
    end_journey,
    move,
    propose,
    put_on_hold,
)
from journeys.portal.selectors import home
from journeys.portal.selectors.steps import plan_stages
from tests.patients.factories import PatientFactory
from tests.portal.conftest import STATES, activity_of, at, carried, days

RAW_WORDS = re.compile(
    r"\b(grade|failed|failure|CRS|ICANS|leukapheresis|lymphodepletion|overdue|at risk|missed)\b",
    re.IGNORECASE,
)
ONE_DAY = re.compile(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d+ \w+", re.IGNORECASE)


def body(answer):
    """Return the words of a page as a reader sees them."""
    html = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def page_of(journey, today):
    own = journey_from(asked_for_own_journey(journey.patient.user).rows())
    return home(journey.patient, own, today=today)


@pytest.mark.feature(66)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("protocol", ["car-t-standard", "tisa-cel-all"])
def test_the_page_opens_in_each_state_without_a_raw_word(team, today, own_page, state, protocol):
    answer = own_page(carried(team, today, state, protocol=protocol))

    assert answer.status_code == 200
    words = body(answer)
    assert "I feel unwell" in words
    assert "Your plan" in words
    assert not RAW_WORDS.search(words), RAW_WORDS.search(words)


@pytest.mark.feature(67)
@pytest.mark.parametrize("state", STATES)
def test_a_patient_never_sees_one_day_for_what_is_not_booked(team, today, state):
    page = page_of(carried(team, today, state), today)

    for stage in (*page.done, *page.ahead):
        for step in stage.steps:
            if not step.is_certain:
                assert not ONE_DAY.search(step.when.text), (step.title, step.when.text)
                assert step.when.iso == ""
    for step in (page.next, page.after_next, page.today):
        if step and not step.is_certain:
            assert not ONE_DAY.search(step.when.text)


def test_a_booked_time_is_the_first_thing_to_see(team, today, own_page):
    journey = carried(team, today, "accepted")
    team.book(activity_of(journey, "leukapheresis"), today + days(4), today=today)

    words = body(own_page(journey))

    assert re.search(r"Next Cell collection \w+day \d+ \w+( \d{4})?, 09:00 , in 4 days", words)
    assert "Room 4" in words
    assert "We booked a time for you: Cell collection." in words


def test_what_is_booked_for_today_stands_under_today(team, today, own_page):
    journey = carried(team, today, "accepted")
    team.book(activity_of(journey, "leukapheresis"), today, today=today - days(1), hour=9)

    assert "Today Cell collection" in body(own_page(journey))


@pytest.mark.feature(68)
def test_what_is_not_released_to_patients_is_not_told(team, today):
    whole = timeline(carried(team, today, "collected").uid, today=today)
    hidden = replace(
        whole,
        stages=tuple(
            replace(stage, rows=tuple(row._replace(visible_to_patient=False) for row in stage.rows))
            for stage in whole.stages
        ),
    )

    assert any(stage.steps for stage in plan_stages(whole, today=today))
    assert not any(stage.steps for stage in plan_stages(hidden, today=today))


def test_daily_checks_are_one_step(team, today):
    journey = carried(team, today, "delivered")
    for activity in journey.activities.filter(code="lymphodepletion").order_by("occurrence"):
        team.record(activity, on=today - days(6) + days(activity.occurrence))
    team.record(activity_of(journey, "infusion"), on=today - days(1))

    page = page_of(journey, today)

    assert page.today.title == "Daily check"
    assert page.today.when.text == "every day for now"
    monitoring = next(stage for stage in page.ahead if stage.code == "monitoring")
    assert [step.title for step in monitoring.steps] == ["Daily check", "Going home"]


@pytest.mark.feature(53)
def test_restrictions_count_down_from_the_infusion(team, today, own_page):
    journey = carried(team, today, "home")
    infused_on = activity_of(journey, "infusion").happened_on

    page = page_of(journey, infused_on + days(50))

    driving = page.restrictions[-1]
    assert driving.title.startswith("No driving until")
    assert driving.days_left == 6
    assert page_of(journey, infused_on + days(56)).restrictions == ()


@pytest.mark.feature(20)
def test_on_hold_the_patient_is_told_gently_and_no_day_is_promised(team, today, own_page):
    journey = carried(team, today, "collected")
    put_on_hold(
        journey_uid=journey.uid,
        reason=HoldReason.INFECTION,
        from_on=today,
        expected_on=None,
        by=journey.coordinator,
        today=today,
        now=timezone.now(),
        note="Pneumonia",
    )

    words = body(own_page(journey))

    assert "Your plan is resting for a while." in words
    assert "Pneumonia" not in words
    ahead = [step for stage in page_of(journey, today).ahead for step in stage.steps]
    assert not [step for step in ahead if ONE_DAY.search(step.when.text)]


def test_nothing_is_restricted_before_the_infusion(team, today):
    assert page_of(carried(team, today, "delivered"), today).restrictions == ()


def test_the_years_far_away_are_one_line(team, today):
    journey = carried(team, today, "seen")

    page = page_of(journey, today)

    last = page.ahead[-1]
    titles = [step.title for step in last.steps]
    year = activity_of(journey, "year", 2).chosen_on.year
    assert titles[-2:] == ["Yearly visit", f"Yearly visit, every year from {year} to {year + 13}"]


def test_each_yearly_visit_that_was_made_is_told(team, today):
    journey = team.refer(on=today - days(900))
    team.carry_to(journey, "return_visit")
    for code, occurrence in [("day_100", 1), ("month_6", 1), ("year", 1)]:
        team.record(activity_of(journey, code, occurrence))

    done = [step for step in page_of(journey, today).now.steps if not step.is_open]

    assert [step.title for step in done][-1] == "Yearly visit"
    assert len(done) == 3


def test_a_date_whose_last_day_is_over_is_not_called_overdue(team, today, own_page):
    journey = team.refer(on=today - days(200))
    team.carry_to(journey, "eligibility")

    assert "We will tell you a new date" in body(own_page(journey))


@pytest.mark.feature(67)
def test_a_move_is_explained_in_one_plain_sentence(team, today, own_page):
    journey = carried(team, today, "collected")
    arrival = activity_of(journey, "product_received")
    change = partial(
        move,
        activity_uid=arrival.uid,
        to_on=today + days(20),
        reason=MoveReason.PRODUCT_LATE,
        note="Batch held at release",
        by=team.coordinator,
        today=today,
        now=at(today),
    )
    commit(change, token=propose(change).token)

    words = body(own_page(journey))

    assert "Your cells need more time in the laboratory" in words
    assert "Batch held" not in words


def test_a_booking_that_was_given_up_is_explained(team, today, own_page):
    journey = carried(team, today, "accepted")
    collection = activity_of(journey, "leukapheresis")
    team.book(collection, today + days(4), today=today)
    cancel_booking(
        activity_uid=collection.uid,
        reason="no chair",
        by=team.coordinator,
        today=today,
        now=at(today, 10),
    )

    words = body(own_page(journey))

    assert "A booked time no longer holds: Cell collection." in words
    assert "no chair" not in words


def end(team, journey, today, reason):
    end_journey(
        journey_uid=journey.uid,
        reason=reason,
        on=today,
        note="A word for colleagues",
        by=team.clinician,
        today=today,
        now=at(today, 7),
    )


@pytest.mark.parametrize("reason", sorted(set(EndReason) - {EndReason.DEATH}))
def test_an_ended_journey_is_told_kindly_and_without_its_reason(team, today, own_page, reason):
    journey = carried(team, today, "collected")
    end(team, journey, today, reason)

    words = body(own_page(journey))

    assert "This treatment plan has come to an end" in words
    assert "A word for colleagues" not in words
    assert not RAW_WORDS.search(words)
    assert "Cell collection" in words
    assert "Infusion" not in words


def test_after_a_death_the_page_is_closed(team, today, own_page, client):
    journey = carried(team, today, "collected")
    end(team, journey, today, EndReason.DEATH)

    words = body(own_page(journey))

    assert "This page is closed" in words
    assert "Cell collection" not in words
    assert client.get("/my/steps/leukapheresis/").status_code == 404


def test_a_patient_without_a_journey_is_told_to_wait(team, today, client):
    patient = PatientFactory(user__email="waiting@example.net", with_sign_in=True)
    client.force_login(patient.user)

    assert "We are getting your plan ready" in body(client.get("/my/"))
    assert client.get("/my/help/").status_code == 200
    assert client.get("/my/access/").status_code == 200
    assert client.get("/my/steps/referral/").status_code == 404


def test_the_page_costs_the_same_at_every_stage(team, today, client, django_assert_max_num_queries):
    first = carried(team, today, "referred", number=1)
    client.force_login(first.patient.user)
    client.get("/my/")  # the protocol is parsed once
    with django_assert_max_num_queries(30) as few:
        client.get("/my/")
    later = carried(team, today, "seen", number=2)
    client.force_login(later.patient.user)

    with django_assert_max_num_queries(len(few)):
        client.get("/my/")


def test_hours_are_those_of_the_centre(team, today, own_page):
    journey = carried(team, today, "accepted")
    team.book(activity_of(journey, "leukapheresis"), today + days(4), today=today)
    Centre.objects.update(time_zone="America/New_York")

    # Just after midnight in Stockholm it is still the day before in New York.
    assert re.search(", 03:00 , in [45] days", body(own_page(journey)))
