"""What must be in place before a stage is completed: on the journey, the record and the list."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journeys.planning.models import GateCheck
from tests.factories import CentreFactory, activity_of, centre_day, journey_at, staff
from tests.worklist.steps import carry_out, let_happen, page_of

LIST = reverse("worklist:gate-overrides")


def way(journey, route, item):
    return page_of(journey, f"gate-{route}", "leukapheresis", item)


def gate(response, stage="leukapheresis"):
    part = next(p for p in response.context["stages"] if p["folded"].stage.code == stage)
    return {line.item: line for line in part["gate"]}


@pytest.fixture
def decided(centre, coordinator, clinician):
    """Return a journey whose next step is the collection."""
    found = journey_at(centre, coordinator=coordinator, clinician=clinician, days_ago=40)
    let_happen(found, "eligibility", days_ago=20)
    return found


@pytest.mark.feature(9)
def test_a_check_shows_its_evidence_who_and_when(desk, decided, coordinator):
    desk.post(way(decided, "check", "consent"), {"evidence": "Form 12, signed"}, follow=True)

    response = desk.get(page_of(decided))

    line = gate(response)["consent"]
    assert (line.mark, line.said, line.who) == ("done", "Form 12, signed", coordinator.name)
    assert "Form 12, signed" in response.text


@pytest.mark.feature(9)
def test_a_record_that_waits_for_the_gate_names_what_is_missing_with_links(desk, centre, decided):
    collection = activity_of(decided, "leukapheresis")
    record = reverse("worklist:record", args=[collection.uid])

    response = desk.post(record, {"on": centre_day(centre).isoformat(), "note": ""})

    assert response.status_code == HTTPStatus.CONFLICT
    assert "Consent to the treatment is signed" in response.text
    assert f"{way(decided, 'check', 'consent')}?then={collection.uid}" in response.text
    collection.refresh_from_db()
    assert collection.is_open


def test_a_check_leads_back_to_the_record_that_waited(desk, decided):
    collection = activity_of(decided, "leukapheresis")

    response = desk.post(
        f"{way(decided, 'check', 'consent')}?then={collection.uid}", {"evidence": "Form 12"}
    )

    assert response["Location"] == reverse("worklist:record", args=[collection.uid])


@pytest.mark.feature(9)
def test_with_everything_in_place_the_record_is_made(desk, centre, decided):
    for item in ("consent", "infection_markers"):
        desk.post(way(decided, "check", item), {"evidence": "In the file"})
    collection = activity_of(decided, "leukapheresis")

    carry_out(
        desk,
        reverse("worklist:record", args=[collection.uid]),
        on=centre_day(centre).isoformat(),
        note="",
    )

    collection.refresh_from_db()
    assert not collection.is_open


def test_a_coordinator_may_not_go_on_without(desk, decided):
    assert way(decided, "override", "infection_markers") not in desk.get(page_of(decided)).text

    response = desk.post(way(decided, "override", "infection_markers"), {"reason": "Hurry"})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Your role may not go on without this." in response.text


@pytest.mark.feature(9)
def test_an_override_stands_on_the_centres_list(client, clinician, decided):
    client.force_login(clinician)
    client.post(way(decided, "override", "infection_markers"), {"reason": "Result by phone"})

    response = client.get(LIST)

    (row,) = response.context["rows"]
    assert (row.reason, row.who) == ("Result by phone", clinician.name)
    assert row.patient == decided.patient.full_name
    assert "Result by phone" in response.text


def test_what_is_settled_is_not_settled_again(desk, decided):
    desk.post(way(decided, "check", "consent"), {"evidence": "Form 12"})

    response = desk.post(way(decided, "check", "consent"), {"evidence": "Form 13"})

    assert response.status_code == HTTPStatus.CONFLICT
    assert GateCheck.objects.live().get().evidence == "Form 12"


def test_a_check_is_taken_back_and_the_row_stays(desk, decided):
    desk.post(way(decided, "check", "consent"), {"evidence": "Form 12"})
    check = GateCheck.objects.get()

    desk.post(page_of(decided, "gate-take-back", check.uid))

    check.refresh_from_db()
    assert check.withdrawn_at is not None
    assert gate(desk.get(page_of(decided)))["consent"].is_open


def test_evidence_and_reason_must_be_said(desk, client, clinician, decided):
    refused = desk.post(way(decided, "check", "consent"), {"evidence": " "})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    client.force_login(clinician)
    refused = client.post(way(decided, "override", "infection_markers"), {"reason": ""})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_what_no_protocol_asks_for_is_not_found(desk, decided):
    assert desk.get(way(decided, "check", "horoscope")).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.feature(91)
def test_overrides_of_another_centre_are_not_listed(client, clinician, decided):
    client.force_login(clinician)
    client.post(way(decided, "override", "infection_markers"), {"reason": "Result by phone"})

    client.force_login(staff(CentreFactory()))
    assert client.get(LIST).context["rows"] == ()


def test_the_list_costs_the_same_queries_whatever_its_length(client, centre, clinician, decided):
    client.force_login(clinician)

    def cost():
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    client.post(way(decided, "override", "infection_markers"), {"reason": "Result by phone"})
    one = cost()
    for _turn in range(3):
        other = journey_at(centre, clinician=clinician)
        client.post(way(other, "override", "infection_markers"), {"reason": "Result by phone"})

    assert cost() == one
