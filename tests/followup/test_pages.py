"""Who may open which page of follow-up, what it shows, and what it never loses."""

from datetime import date
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from carttrack.accounts.domain import Role
from carttrack.audit.models import ReadEntry
from journeys.followup.models import Visit
from journeys.followup.services import correct_visit
from tests.accounts.factories import CentreFactory, UserFactory
from tests.followup.conftest import activity_of, at, colleague, days, findings, record
from tests.planning.conftest import STOCKHOLM

OK, FOUND, NOT_FOUND, REFUSED = (
    HTTPStatus.OK,
    HTTPStatus.FOUND,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


@pytest.fixture
def today():
    return timezone.localdate(timezone=STOCKHOLM)


@pytest.fixture
def due(team, today):
    """Return a return visit whose window is open today."""
    journey = team.refer(on=today - days(110))
    team.carry_to(journey, "infusion")
    discharge = activity_of(journey, "discharge")
    team.record(discharge, on=today - days(28))
    return activity_of(journey, "return_visit")


def entries(**changes):
    """Return a valid form, with the changes a test is about."""
    typed = {
        "seen_on": timezone.localdate(timezone=STOCKHOLM).isoformat(),
        "mode": "in_person",
        "response": "lugano_2014:pr",
        "tested_on": timezone.localdate(timezone=STOCKHOLM).isoformat(),
        "haemoglobin": "104",
        "neutrophils": "1,3",
        "no_cd4": "on",
        "max_crs_grade": "2",
        "max_icans_grade": "unknown",
        "intensive_care": "no",
        "infection": "no",
        "second_cancer": "unknown",
        "notes": "Tired, otherwise well.",
    }
    return {key: value for key, value in (typed | changes).items() if value is not None}


def record_url(activity):
    return reverse("followup:record", args=[activity.uid])


def test_a_clinician_records_a_visit_and_lands_on_its_record(client, team, due):
    client.force_login(team.clinician)

    answer = client.post(record_url(due), entries(seen_by=team.clinician.pk), follow=True)

    visit = Visit.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("followup:visit", args=[visit.uid])
    assert (str(visit.neutrophils), visit.max_crs_grade, visit.max_icans_grade) == ("1.30", 2, None)
    assert visit.not_measured == ["cd4"]
    page = answer.content.decode()
    assert "Partial response (PR)" in page
    assert "Not measured" in page


def test_the_record_shows_missing_values_as_missing(client, team, due):
    client.force_login(team.clinician)
    visit = record(team, due, seen_on=due.chosen_on)

    page = client.get(reverse("followup:visit", args=[visit.uid])).content.decode()

    assert page.count("Missing") >= 3
    assert "Not measured" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"neutrophils": "1500"}, "did you mean 1.5?"),
        ({"seen_on": "2099-01-01"}, "once it has taken place"),
        ({"max_crs_grade": ""}, "This field is required"),
        ({"response": "lugano_2014:scr"}, "Select a valid choice"),
        ({"haemoglobin": "plenty"}, "Enter a number"),
        ({"notes": "x" * 5000}, "at most 4000"),
    ],
)
def test_a_mistake_is_explained_and_nothing_typed_is_lost(client, team, due, changes, said):
    client.force_login(team.clinician)

    answer = client.post(record_url(due), entries(seen_by=team.clinician.pk, **changes))

    page = answer.content.decode()
    assert answer.status_code == REFUSED
    assert said in page
    assert "Tired, otherwise well." in page or "notes" in changes
    assert not Visit.objects.exists()


def test_a_late_visit_asks_for_its_reason(client, team, due):
    team_day = due.closes_on + days(1)
    client.force_login(team.clinician)
    late = activity_of(due.journey, "return_visit")
    discharge = activity_of(due.journey, "discharge")
    assert team_day > discharge.happened_on

    early = (late.opens_on - days(2)).isoformat()
    answer = client.post(record_url(due), entries(seen_by=team.clinician.pk, seen_on=early))

    assert answer.status_code == REFUSED
    assert "before the window" in answer.content.decode()


def test_a_recorded_visit_leads_to_its_record_instead_of_a_second_form(client, team, due):
    visit = record(team, due, seen_on=due.chosen_on)
    client.force_login(team.clinician)

    answer = client.get(record_url(due))

    assert answer.url == reverse("followup:visit", args=[visit.uid])


def test_a_correction_keeps_the_record_it_corrects(client, team, due):
    visit = record(team, due, seen_on=due.chosen_on)
    client.force_login(team.clinician)
    url = reverse("followup:correct", args=[visit.uid])
    assert "Tired, otherwise well." in client.get(url).content.decode()

    answer = client.post(
        url,
        entries(
            seen_by=team.clinician.pk,
            version="1",
            reason="The scan was read again.",
            response="lugano_2014:cr",
        ),
        follow=True,
    )

    page = answer.content.decode()
    assert "The scan was read again." in page
    assert "Complete response (CR)" in page
    old = client.get(reverse("followup:visit", args=[visit.uid])).content.decode()
    assert "This record was corrected" in old


def test_two_people_who_correct_at_once_do_not_overwrite_each_other(client, team, due):
    visit = record(team, due, seen_on=due.chosen_on)
    client.force_login(team.clinician)
    correct_visit(
        visit_uid=visit.uid,
        version=1,
        mode=visit.mode,
        seen_by=team.clinician,
        findings=findings(tested_on=visit.seen_on),
        reason="First",
        by=team.clinician,
        today=visit.seen_on + days(1),
        now=at(visit.seen_on),
    )

    answer = client.post(
        reverse("followup:correct", args=[visit.uid]),
        entries(seen_by=team.clinician.pk, version="1", reason="Second"),
    )

    assert answer.status_code == REFUSED
    assert "corrected by somebody else" in answer.content.decode()
    assert Visit.objects.count() == 2


@pytest.fixture
def people(team, due):
    """Return one person of each kind."""
    elsewhere = CentreFactory()
    kinds = {
        "coordinator": team.coordinator,
        "clinician": team.clinician,
        "patient": due.journey.patient.user,
        "stranger": UserFactory(email="stranger@example.net"),
    }
    for kind, centre, role in [
        ("data_manager", team.centre, Role.DATA_MANAGER),
        ("administrator", team.centre, Role.ADMINISTRATOR),
        ("clinician_elsewhere", elsewhere, Role.CLINICIAN),
        ("clinician_of_the_past", team.centre, Role.CLINICIAN),
    ]:
        until = date(2021, 1, 1) if kind == "clinician_of_the_past" else None
        kinds[kind] = colleague(centre, role, until_on=until)
    return kinds


MATRIX = {
    # kind: due, record, visit, correct
    "clinician": (OK, OK, OK, OK),
    "coordinator": (OK, NOT_FOUND, OK, NOT_FOUND),
    "data_manager": (OK, NOT_FOUND, OK, NOT_FOUND),
    "administrator": (NOT_FOUND,) * 4,
    "patient": (NOT_FOUND,) * 4,
    "stranger": (NOT_FOUND,) * 4,
    "clinician_elsewhere": (OK, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "clinician_of_the_past": (NOT_FOUND,) * 4,
}


@pytest.mark.parametrize("kind", MATRIX)
def test_each_page_opens_for_those_it_is_meant_for(client, team, due, people, kind):
    client.force_login(people[kind])
    due_page = client.get(reverse("followup:due"))
    record_page = client.get(record_url(due))
    visit = record(team, due, seen_on=due.chosen_on)

    pages = [
        client.get(reverse(f"followup:{name}", args=[visit.uid])) for name in ("visit", "correct")
    ]

    assert tuple(page.status_code for page in (due_page, record_page, *pages)) == MATRIX[kind]


def test_a_page_asks_to_sign_in_first(client, due):
    for url in (reverse("followup:due"), record_url(due)):
        assert client.get(url).status_code == FOUND


def test_every_read_of_a_patient_is_noted(client, team, due):
    client.force_login(team.clinician)
    client.get(reverse("followup:due"))
    client.get(record_url(due))
    visit = record(team, due, seen_on=due.chosen_on)
    client.get(reverse("followup:visit", args=[visit.uid]))

    noted = ReadEntry.objects.filter(patient_uid=due.journey.patient.uid, reader=team.clinician)
    assert list(noted.order_by("pk").values_list("page", "how")) == [
        ("followup:due", "list"),
        ("followup:record", "view"),
        ("followup:visit", "view"),
    ]


def test_the_last_visits_values_stand_beside_the_fields(client, team, due):
    record(team, due, seen_on=due.chosen_on)
    later = activity_of(due.journey, "day_100")
    client.force_login(team.clinician)

    page = client.get(record_url(later)).content.decode()

    assert ": 1.30" in page
    assert ": Grade 2" in page


def test_a_refusal_of_the_plan_is_told_on_the_form(client, team, due):
    team.record(due, on=due.opens_on)
    client.force_login(team.clinician)

    answer = client.post(record_url(due), entries(seen_by=team.clinician.pk))

    assert answer.status_code == REFUSED
    assert "The plan says that this visit took place on" in answer.content.decode()


def test_the_form_of_an_old_version_leads_to_the_later_one(client, team, due):
    visit = record(team, due, seen_on=due.chosen_on)
    client.force_login(team.clinician)
    url = reverse("followup:correct", args=[visit.uid])
    client.post(url, entries(seen_by=team.clinician.pk, version="1", reason="First"))

    assert client.get(url).url == reverse("followup:visit", args=[visit.uid])


def test_days_of_a_reaction_are_shown_from_and_to(client, team, due):
    began = due.chosen_on - days(20)
    found = findings(tested_on=due.chosen_on, crs_began_on=began, crs_ended_on=began + days(3))
    visit = record(team, due, seen_on=due.chosen_on, found=found)
    client.force_login(team.clinician)

    page = client.get(reverse("followup:visit", args=[visit.uid])).content.decode()

    assert f"{began:%a} {began.day} {began:%b}" in page
