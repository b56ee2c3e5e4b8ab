"""Which visits stand in the list of visits due, and what the list costs."""

import pytest
from django.urls import reverse
from django.utils import timezone

from journeys.followup.selectors.due import Due, due_counts, due_visits
from tests.accounts.factories import CentreFactory
from tests.followup.conftest import activity_of, colleague, days, record
from tests.planning.conftest import STOCKHOLM


@pytest.fixture
def today():
    return timezone.localdate(timezone=STOCKHOLM)


def gone_home(team, *, discharged_on, number=1):
    """Return a journey whose patient went home on a day."""
    journey = team.refer(on=discharged_on - days(90), number=number)
    team.carry_to(journey, "infusion")
    team.record(activity_of(journey, "discharge"), on=discharged_on)
    return journey


def listed(team, today, **filters):
    page = due_visits(team.clinician, centres=[team.centre], today=today, **filters)
    return [
        (row.patient.name, row.due, row.mark) for row in page.rows if row.title == "Return visit"
    ]


@pytest.mark.parametrize(
    ("discharged", "due", "mark"),
    [
        (-36, Due.OVERDUE, "overdue"),
        (-28, Due.OPEN, "at_risk"),
        (-15, Due.COMING, "planned"),
    ],
)
def test_a_visit_is_listed_for_what_it_is(team, today, discharged, due, mark):
    gone_home(team, discharged_on=today + days(discharged))

    assert listed(team, today) == [("Test Person 1", due, mark)]
    assert listed(team, today, due=due) == listed(team, today)


def test_a_visit_two_weeks_and_a_day_ahead_is_not_listed_yet(team, today):
    gone_home(team, discharged_on=today - days(6))

    assert listed(team, today) == []


def test_a_visit_that_took_place_stays_until_it_is_written_up(team, today):
    journey = gone_home(team, discharged_on=today - days(30))
    visit = activity_of(journey, "return_visit")
    team.record(visit, on=today - days(1))

    assert listed(team, today)[0][1] == Due.UNWRITTEN

    record(team, visit, seen_on=today - days(1))

    assert listed(team, today) == []


def test_counts_are_those_of_the_lists(team, today):
    gone_home(team, discharged_on=today - days(36), number=1)
    gone_home(team, discharged_on=today - days(28), number=2)

    counts = due_counts(team.clinician, centres=[team.centre], today=today)

    for due in Due:
        page = due_visits(team.clinician, centres=[team.centre], today=today, due=due)
        assert counts[due] == len(page.rows)


def test_the_list_is_searched_by_name_and_narrowed_to_ones_own(team, today):
    gone_home(team, discharged_on=today - days(28))
    other = colleague(team.centre)

    assert listed(team, today, search="person") != []
    assert listed(team, today, search="somebody") == []
    assert listed(team, today, clinician=team.clinician) != []
    assert listed(team, today, clinician=other) == []


def test_another_centres_patients_are_not_listed(team, today):
    gone_home(team, discharged_on=today - days(28))
    elsewhere = CentreFactory()
    stranger = colleague(elsewhere)

    page = due_visits(stranger, centres=[elsewhere, team.centre], today=today)

    assert page.rows == ()


def test_only_clinicians_are_offered_to_record(client, team, today):
    gone_home(team, discharged_on=today - days(28))

    for person, offered in [(team.clinician, True), (team.coordinator, False)]:
        client.force_login(person)
        page = client.get(reverse("followup:due")).content.decode()
        assert ("/record/" in page) == offered


def test_pages_of_the_list_follow_each_other_without_a_gap(team, today, monkeypatch):
    for number in range(1, 4):
        gone_home(team, discharged_on=today - days(27 + number), number=number)
    whole = due_visits(team.clinician, centres=[team.centre], today=today)
    monkeypatch.setattr("journeys.followup.selectors.due.PAGE_SIZE", 2)

    found, after = [], None
    for _ in range(len(whole.rows)):
        page = due_visits(team.clinician, centres=[team.centre], today=today, after=after)
        found += [row.uid for row in page.rows]
        after = page.after
        if after is None:
            break

    assert found == [row.uid for row in whole.rows]


def test_the_page_costs_the_same_for_one_patient_and_for_many(
    client, team, today, django_assert_max_num_queries
):
    client.force_login(team.clinician)
    url = reverse("followup:due")
    gone_home(team, discharged_on=today - days(28))
    client.get(url)  # the protocol is parsed once
    with django_assert_max_num_queries(40) as one:
        client.get(url)
    for number in range(2, 12):
        gone_home(team, discharged_on=today - days(28), number=number)

    with django_assert_max_num_queries(len(one)):
        page = client.get(url).content.decode()

    assert page.count("Return visit</td>") == 11


@pytest.mark.parametrize(
    "query", ["?after=x", "?after=2026-01-01.y", "?due=sideways", "?q=%27&whose=mine"]
)
def test_an_address_that_makes_no_sense_still_answers(client, team, query):
    client.force_login(team.clinician)

    assert client.get(reverse("followup:due") + query).status_code == 200
