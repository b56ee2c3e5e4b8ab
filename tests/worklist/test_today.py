"""Today: the list of what needs a hand, the agenda, and what it costs."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carttrack.accounts.domain import Role
from carttrack.audit.models import ReadEntry
from journeys.patients.models import CareRelation
from journeys.planning.models import Activity
from journeys.planning.services import book
from tests.factories import (
    CentreFactory,
    MembershipFactory,
    activity_of,
    centre_day,
    centre_now,
    journey_at,
    many_journeys,
    patient_at,
    staff,
)
from tests.worklist.steps import let_happen, page_of

TODAY = reverse("worklist:today")


def names_in(response):
    return {row.name for row in response.context["attention"].rows}


@pytest.mark.feature(98)
def test_a_window_that_closed_needs_a_hand_and_offers_to_record(desk, centre, coordinator):
    late = journey_at(centre, coordinator=coordinator, days_ago=80)

    response = desk.get(TODAY)

    row = response.context["attention"].rows[0]
    assert row.name == late.patient.full_name
    assert row.mark == "overdue"
    assert "Eligibility decision: its window closed on" in row.sentence
    record = reverse("worklist:record", args=[activity_of(late, "eligibility").uid])
    assert record in response.text


def test_a_day_that_passed_without_a_record_needs_a_hand(desk, centre, coordinator):
    journey_at(centre, coordinator=coordinator, days_ago=20)

    (row,) = desk.get(TODAY).context["attention"].rows

    assert row.mark == "at_risk"
    assert row.way == "record"
    assert "Eligibility decision: planned for" in row.sentence
    assert "nothing is recorded" in row.sentence


def test_a_visit_that_closes_unbooked_is_at_risk_and_offers_to_book(desk, centre, journey):
    today = centre_day(centre)
    Activity.objects.filter(journey=journey, code="return_visit").update(
        target_on=today, opens_on=today, chosen_on=today, closes_on=today + timedelta(days=2)
    )

    (row,) = desk.get(TODAY).context["attention"].rows

    assert (row.mark, row.way) == ("at_risk", "book")
    assert row.sentence == "Return visit: window closes in 2 days, nothing booked"


def test_a_fresh_journey_needs_no_hand(desk, journey):
    response = desk.get(TODAY)

    assert not response.context["attention"].rows
    assert "Nothing needs a hand" in response.text


def test_a_booking_that_does_not_fit_is_blocked_and_offers_to_replan(desk, centre, journey):
    now, today = centre_now(centre), centre_day(centre)
    book(
        activity_uid=activity_of(journey, "infusion").uid,
        starts_at=now + timedelta(days=2),
        minutes=60,
        place="Ward",
        by=journey.coordinator,
        today=today,
        now=now,
    )

    response = desk.get(TODAY)

    row = response.context["attention"].rows[0]
    assert row.mark == "blocked"
    assert "Infusion is booked for" in row.sentence
    assert "Re-plan" in response.text


def test_a_visit_recorded_outside_its_window_asks_for_no_other_day(desk, centre, coordinator):
    journey = journey_at(centre, coordinator=coordinator, days_ago=80)
    let_happen(journey, "eligibility", days_ago=0)
    journey.refresh_from_db()
    assert [each["kind"] for each in journey.cycles.get().conflicts] == ["contradiction"]

    today, own = desk.get(TODAY), desk.get(page_of(journey))

    assert not journey.is_stuck
    assert "blocked" not in {row.mark for row in today.context["attention"].rows}
    assert "The plan does not fit" not in own.text


def test_of_two_conflicts_the_one_that_asks_for_a_day_is_told(desk, centre, coordinator):
    journey = journey_at(centre, coordinator=coordinator, days_ago=80)
    let_happen(journey, "eligibility", days_ago=0)
    now, today = centre_now(centre), centre_day(centre)
    book(
        activity_uid=activity_of(journey, "infusion").uid,
        starts_at=now + timedelta(days=2),
        minutes=60,
        place="Ward",
        by=journey.coordinator,
        today=today,
        now=now,
    )

    (row, *_) = desk.get(TODAY).context["attention"].rows

    assert row.mark == "blocked"
    assert "Infusion is booked for" in row.sentence


def test_what_is_booked_today_stands_by_its_hour(desk, centre, journey):
    now, today = centre_now(centre), centre_day(centre)
    book(
        activity_uid=activity_of(journey, "leukapheresis").uid,
        starts_at=now + timedelta(minutes=45),
        minutes=60,
        place="Unit",
        by=journey.coordinator,
        today=today,
        now=now,
    )

    response = desk.get(TODAY)

    # On a working day the decision before it is planned for today as well.
    assert "Leukapheresis" in {row.title for row in response.context["agenda"].today}
    assert "12:45" in response.text


def test_mine_keeps_only_the_journeys_i_am_accountable_for(desk, centre, coordinator):
    mine = journey_at(
        centre,
        coordinator=coordinator,
        days_ago=80,
        patient=patient_at(centre, family_name="Mine"),
    )
    others = journey_at(centre, days_ago=80, patient=patient_at(centre, family_name="Others"))

    assert names_in(desk.get(TODAY)) == {mine.patient.full_name, others.patient.full_name}
    assert names_in(desk.get(TODAY, {"owner": "me"})) == {mine.patient.full_name}


def test_a_person_with_two_centres_chooses_one_and_it_is_remembered(desk, centre, coordinator):
    second = MembershipFactory(user=coordinator, centre=CentreFactory(name="Zeta")).centre
    there = journey_at(second, days_ago=80)

    assert names_in(desk.get(TODAY)) == set()
    assert names_in(desk.get(TODAY, {"centre": second.code})) == {there.patient.full_name}
    assert names_in(desk.get(TODAY)) == {there.patient.full_name}


def test_another_centre_does_not_exist(desk, centre):
    response = desk.get(TODAY, {"centre": CentreFactory().code})

    assert response.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.DATA_MANAGER])
def test_who_may_not_schedule_is_offered_no_booking(client, centre, journey, role):
    client.force_login(staff(centre, role))

    response = client.get(TODAY)

    assert response.status_code == HTTPStatus.OK
    assert reverse("worklist:patient-new") not in response.text


def test_an_administrator_finds_nothing(client, centre):
    client.force_login(staff(centre, Role.ADMINISTRATOR))

    assert client.get(TODAY).status_code == HTTPStatus.NOT_FOUND


def test_htmx_gets_the_region_alone(desk, journey):
    whole = desk.get(TODAY).text
    region = desk.get(TODAY, headers={"hx-request": "true", "hx-target": "today"}).text

    assert region.lstrip().startswith('<div id="today">')
    assert "<html" in whole
    assert "<html" not in region


def test_everybody_named_on_the_page_is_in_the_read_log_once(desk, centre, coordinator):
    late = journey_at(centre, coordinator=coordinator, days_ago=80)

    desk.get(TODAY)

    entry = ReadEntry.objects.get()
    assert entry.patient_uid == late.patient.uid
    assert (entry.reader, entry.how, entry.page) == (coordinator, "list", "worklist:today")


@pytest.mark.feature(98)
def test_the_page_costs_the_same_queries_for_10_and_for_500_journeys(
    desk, centre, coordinator, clinician
):
    def cost(number):
        people = {"coordinator": coordinator, "clinician": clinician}
        many_journeys(centre, number=number, today=centre_day(centre), **people)
        desk.get(TODAY)
        with CaptureQueriesContext(connection) as queries:
            response = desk.get(TODAY)
        assert response.context["attention"].rows
        return len(queries)

    assert cost(10) == cost(490)


def test_counters_stop_counting_at_twenty(desk, centre, coordinator, clinician):
    many_journeys(
        centre, number=330, coordinator=coordinator, clinician=clinician, today=centre_day(centre)
    )

    response = desk.get(TODAY)

    assert response.context["agenda"].week_count == "20+"
    assert response.context["attention"].count == "20+"
    assert len(response.context["attention"].rows) == 12
    assert "Show more" in response.text


def test_more_of_what_needs_a_hand_is_shown_when_asked(desk, centre, coordinator, clinician):
    many_journeys(
        centre, number=60, coordinator=coordinator, clinician=clinician, today=centre_day(centre)
    )

    response = desk.get(TODAY, {"all": "1"})

    assert len(response.context["attention"].rows) > 20
    assert response.context["attention"].count == "50+"


def test_every_item_names_its_owner(desk, centre, coordinator):
    journey_at(centre, coordinator=coordinator, days_ago=80)

    page = desk.get(TODAY).text

    assert re.search(rf'class="attention__owner">.*?{coordinator.name}<', page, re.DOTALL)


def test_nobody_whose_care_here_has_ended_stands_on_the_page(desk, centre, coordinator):
    gone = journey_at(centre, coordinator=coordinator, days_ago=80)
    yesterday = centre_day(centre) - timedelta(days=1)
    CareRelation.objects.filter(patient=gone.patient).update(until_on=yesterday)

    response = desk.get(TODAY)

    assert gone.patient.family_name not in response.text
    assert response.context["attention"].count == "0"
    assert not ReadEntry.objects.exists()


def test_the_week_ends_after_its_sixth_day(desk, centre, journey):
    today = centre_day(centre)
    shown = Activity.objects.filter(journey=journey, code__in=["leukapheresis", "infusion"])
    others = Activity.objects.filter(journey=journey).open().exclude(pk__in=shown.values("pk"))
    others.update(state="not_needed", close_reason="Not for this test")
    for code, days in (("leukapheresis", 6), ("infusion", 7)):
        on = today + timedelta(days=days)
        shown.filter(code=code).update(target_on=on, opens_on=on, closes_on=on, chosen_on=on)

    agenda = desk.get(TODAY).context["agenda"]

    assert [(day.on, day.count) for day in agenda.days] == [(today + timedelta(days=6), "1")]
    assert (agenda.today_count, agenda.week_count) == ("0", "1")
