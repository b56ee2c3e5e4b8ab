"""The list of patients, registering one, and one patient's record."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carttrack.accounts.domain import Role
from carttrack.audit.models import ReadEntry
from journeys.patients.models import Patient
from journeys.worklist.selectors import finding
from tests.factories import (
    CentreFactory,
    centre_day,
    journey_at,
    many_journeys,
    patient_at,
    staff,
)

PATIENTS = reverse("worklist:patients")
NEW = reverse("worklist:patient-new")


def families_in(response):
    return [row.head.family_name for row in response.context["found"].rows]


def registration(centre, **changes):
    """Return what the form of a valid registration sends, with the changes a test is about."""
    valid = {
        "given_name": "Astrid",
        "family_name": "Lind",
        "birth_on": "1964-05-17",
        "identifier_system": "hospital-number",
        "identifier": "N-4711",
        "language": "en",
        "email": "astrid@example.org",
        "centre": centre.pk,
    }
    return valid | changes


def test_the_list_says_where_each_patient_stands_and_what_comes_next(desk, journey):
    (row,) = desk.get(PATIENTS).context["found"].rows

    assert row.journey_uid == journey.uid
    assert row.stage == "Referral"
    assert row.next.title == "Eligibility decision"
    assert row.coordinator == journey.coordinator.name


def test_the_identifier_is_masked_in_the_list(desk, centre):
    patient_at(centre, identifier="SECRET-9876")

    response = desk.get(PATIENTS)

    assert "SECRET-9876" not in response.text
    assert "SECRET-••••" in response.text


@pytest.mark.feature(91)
def test_patients_of_other_centres_are_neither_listed_nor_found_nor_opened(desk, centre):
    stranger = patient_at(CentreFactory(), family_name="Stranger")

    assert families_in(desk.get(PATIENTS)) == []
    assert families_in(desk.get(PATIENTS, {"q": "Stranger"})) == []
    opened = desk.get(reverse("worklist:patient", args=[stranger.uid]))
    assert opened.status_code == HTTPStatus.NOT_FOUND


def test_a_search_finds_by_the_beginning_of_a_name_and_is_logged_as_one(desk, centre):
    found = patient_at(centre, family_name="Holmberg")
    patient_at(centre, family_name="Ek")

    response = desk.get(PATIENTS, {"q": "holm"})

    assert families_in(response) == ["Holmberg"]
    assert [(e.patient_uid, e.how) for e in ReadEntry.objects.all()] == [(found.uid, "search")]


def test_filters_are_addresses(desk, centre, journey):
    patient_at(centre, family_name="Waiting")

    assert families_in(desk.get(PATIENTS, {"status": "none"})) == ["Waiting"]
    for asked in ({"status": "active"}, {"stage": "referral"}, {"protocol": "car-t-standard"}):
        assert families_in(desk.get(PATIENTS, asked)) == [journey.patient.family_name]
    for asked in ({"status": "ended"}, {"stage": "infusion"}, {"protocol": "cilta-cel-mm"}):
        assert families_in(desk.get(PATIENTS, asked)) == []


@pytest.mark.parametrize("column", ["name", "next", "started"])
def test_every_order_can_be_turned_round(desk, centre, column):
    first = journey_at(centre, days_ago=9, patient=patient_at(centre, family_name="Aaa"))
    second = journey_at(centre, days_ago=2, patient=patient_at(centre, family_name="Bbb"))
    names = [first.patient.family_name, second.patient.family_name]

    assert families_in(desk.get(PATIENTS, {"sort": column})) == names
    assert families_in(desk.get(PATIENTS, {"sort": f"-{column}"})) == names[::-1]


@pytest.mark.parametrize("sort", ["name", "-name", "next", "started"])
def test_pages_follow_each_other_and_lead_back(desk, centre, coordinator, monkeypatch, sort):
    monkeypatch.setattr(finding, "PAGE_SIZE", 2)
    for days, name in enumerate(["Abel", "Abel", "Berg", "Cohn", "Dahl"], start=1):
        journey_at(centre, days_ago=days, patient=patient_at(centre, family_name=name))
    whole = []
    response = desk.get(PATIENTS, {"sort": sort})
    assert response.context["found"].count == "2+"

    while True:
        whole.append([row.uid for row in response.context["found"].rows])
        if not response.context["next"]:
            break
        response = desk.get(f"{PATIENTS}{response.context['next']}")
    assert [len(page) for page in whole] == [2, 2, 1]
    assert len({uid for page in whole for uid in page}) == 5

    back = desk.get(f"{PATIENTS}{response.context['previous']}")
    assert [row.uid for row in back.context["found"].rows] == whole[1]
    first = desk.get(f"{PATIENTS}{back.context['previous']}")
    assert [row.uid for row in first.context["found"].rows] == whole[0]
    assert not first.context["previous"]


def test_a_page_after_somebody_whom_one_may_not_see_is_the_first(desk, centre):
    stranger = patient_at(CentreFactory())
    own = patient_at(centre)

    for after in (stranger.uid, "nobody"):
        response = desk.get(PATIENTS, {"after": after})
        assert [row.uid for row in response.context["found"].rows] == [own.uid]


def test_an_empty_list_says_what_to_do_next(desk, centre):
    assert "Register the first patient" in desk.get(PATIENTS).text
    assert "drop a filter" in desk.get(PATIENTS, {"q": "nobody"}).text


def test_htmx_gets_the_region_alone(desk, journey):
    region = desk.get(PATIENTS, headers={"hx-request": "true", "hx-target": "patients"}).text

    assert 'id="patients"' in region
    assert "<html" not in region


@pytest.mark.parametrize("sort", ["name", "next"])
def test_the_list_costs_the_same_queries_for_10_and_for_500_journeys(
    desk, centre, coordinator, clinician, sort
):
    def cost(number):
        people = {"coordinator": coordinator, "clinician": clinician}
        many_journeys(centre, number=number, today=centre_day(centre), **people)
        desk.get(PATIENTS)
        with CaptureQueriesContext(connection) as queries:
            response = desk.get(PATIENTS, {"sort": sort})
        assert response.context["found"].rows[0].next
        return len(queries)

    assert cost(10) == cost(490)


def test_registering_leads_to_the_start_of_the_journey(desk, centre):
    response = desk.post(NEW, registration(centre))

    patient = Patient.objects.get()
    assert patient.full_name == "Astrid Lind"
    assert response.url == reverse("worklist:journey-start", args=[patient.uid])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"identifier": "H-1 23"}, "already registered"),
        ({"birth_on": "2199-01-01"}, "cannot be right"),
        ({"email": "taken@example.org"}, "Somebody else signs in"),
        ({"family_name": ""}, "required"),
    ],
)
def test_a_refused_registration_keeps_what_was_typed(desk, centre, change, sentence):
    patient_at(centre, identifier="H-123")
    staff(centre, email="taken@example.org")

    response = desk.post(NEW, registration(centre, **change))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in response.text
    assert 'value="Astrid"' in response.text
    assert Patient.objects.count() == 1


def test_a_clinician_registers_nobody(client, centre):
    client.force_login(staff(centre, Role.CLINICIAN))

    assert client.get(NEW).status_code == HTTPStatus.NOT_FOUND
    assert client.post(NEW, registration(centre)).status_code == HTTPStatus.NOT_FOUND
    assert not Patient.objects.exists()


def test_the_record_shows_who_read_it_and_what_was_done(desk, coordinator, journey):
    page = reverse("worklist:patient", args=[journey.patient.uid])
    desk.get(page)

    response = desk.get(page)

    assert "Opened the record" in response.text
    assert "Journey started" in response.text
    assert reverse("worklist:journey", args=[journey.uid]) in response.text


def test_contacts_are_changed_and_the_change_stands_in_the_history(desk, centre):
    patient = patient_at(centre)
    page = reverse("worklist:patient-contacts", args=[patient.uid])

    response = desk.post(
        page, {"language": "en", "phone": "+46 70 123 45 67", "time_zone": "Europe/Stockholm"}
    )

    assert response.url == reverse("worklist:patient", args=[patient.uid])
    patient.refresh_from_db()
    assert str(patient.phone) == "+46701234567"
    assert "Contacts changed" in desk.get(response.url).text


def test_an_address_that_somebody_else_signs_in_with_is_refused(desk, centre, coordinator):
    patient = patient_at(centre)

    response = desk.post(
        reverse("worklist:patient-contacts", args=[patient.uid]),
        {"language": "en", "email": coordinator.email, "time_zone": "Europe/Stockholm"},
    )

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    patient.refresh_from_db()
    assert patient.email == ""


def test_only_who_schedules_where_the_patient_is_cared_for_changes_contacts(client, centre):
    patient = patient_at(centre)
    client.force_login(staff(centre, Role.DATA_MANAGER))

    response = client.get(reverse("worklist:patient-contacts", args=[patient.uid]))

    assert response.status_code == HTTPStatus.NOT_FOUND
