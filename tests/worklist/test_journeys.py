"""The page of one journey, its revisions, its start and its end."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from carttrack.accounts.domain import Role
from carttrack.audit.models import ReadEntry
from journeys.planning.domain.states import EndReason, JourneyStatus
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.why import why
from journeys.planning.services import record_happened
from tests.factories import (
    CentreFactory,
    activity_of,
    centre_day,
    centre_now,
    journey_at,
    meet_gates,
    patient_at,
    published,
    staff,
)
from tests.worklist.steps import carry_out, preview


def page_of(journey):
    return reverse("worklist:journey", args=[journey.uid])


def start_page(patient):
    return reverse("worklist:journey-start", args=[patient.uid])


def end_page(journey):
    return reverse("worklist:journey-end", args=[journey.uid])


def start_form(centre, coordinator, clinician, **changes):
    """Return what the form of a valid start sends, with the changes a test is about."""
    valid = {
        "version": published().pk,
        "referred_on": centre_day(centre).isoformat(),
        "coordinator": coordinator.pk,
        "clinician": clinician.pk,
    }
    return valid | changes


def happened(journey, code, *, days_ago, occurrence=1):
    centre = journey.centre
    on = centre_day(centre) - timedelta(days=days_ago)
    now = centre_now(centre) - timedelta(days=days_ago)
    activity = activity_of(journey, code, occurrence)
    meet_gates(activity, by=journey.clinician, now=now)
    record_happened(activity_uid=activity.uid, on=on, by=journey.coordinator, today=on, now=now)


def test_the_page_shows_every_stage_and_why_each_date_is_what_it_is(desk, journey):
    response = desk.get(page_of(journey))

    for title in ("Leukapheresis", "Lymphodepletion", "Intensive monitoring", "Follow-up"):
        assert title in response.text
    leukapheresis = next(
        row for row in response.context["timeline"].rows if row.code == "leukapheresis"
    )
    address = reverse("worklist:why", args=[leukapheresis.uid])
    assert leukapheresis.has_reasons
    assert address in response.text
    reasons = why(Activity.objects.get(uid=leukapheresis.uid))
    assert reasons
    for answer in (desk.get(address), desk.get(address, headers={"HX-Request": "true"})):
        for reason in reasons:
            assert escape(reason) in answer.text


def test_the_page_reads_every_part_of_the_journey_as_it_is_stored(desk, journey):
    shown = desk.get(page_of(journey)).context["journey"]

    parts = ("patient", "centre", "coordinator", "clinician", "protocol_version")
    for read in (shown, *(getattr(shown, name) for name in parts)):
        stored = type(read).objects.get(pk=read.pk)
        names = {field.attname for field in read._meta.concrete_fields}
        for name in names - read.get_deferred_fields():
            assert getattr(read, name) == getattr(stored, name), name


def test_many_alike_are_loaded_as_they_are_opened_and_stand_on_a_page_of_their_stage(desk, journey):
    shown = desk.get(page_of(journey))
    part, run = next(
        (part["folded"], run)
        for part in shown.context["stages"]
        for run in part["folded"].runs
        if run.is_folded
    )
    address = reverse("worklist:stage", args=[journey.uid, part.stage.code])
    opened = f"{address}?from={run.first.uid}"

    assert opened in shown.text
    for answer in (desk.get(address), desk.get(opened, headers={"HX-Request": "true"})):
        for row in run.rows:
            assert f"activity-{row.uid}" not in shown.text
            assert f"activity-{row.uid}" in answer.text


def test_everything_that_can_be_done_with_a_date_is_a_menu_and_a_page(desk, journey):
    activity = activity_of(journey, "leukapheresis")
    address = reverse("worklist:actions", args=[activity.uid])

    assert address in desk.get(page_of(journey)).text
    for answer in (desk.get(address), desk.get(address, headers={"HX-Request": "true"})):
        for action in ("book", "move", "record", "close"):
            assert reverse(f"worklist:{action}", args=[activity.uid]) in answer.text


def test_what_is_past_is_folded_and_what_is_on_stands_open(desk, centre, coordinator):
    journey = journey_at(centre, coordinator=coordinator, days_ago=20)
    happened(journey, "eligibility", days_ago=10)

    stages = {
        part["folded"].stage.code: part["folded"].stage.mark
        for part in desk.get(page_of(journey)).context["stages"]
    }

    assert stages["referral"] == "done"
    assert stages["leukapheresis"] == "next"
    assert '<details class="stage" id="stage-referral">' in _plain(desk.get(page_of(journey)).text)


def test_a_stage_that_is_done_is_loaded_as_it_is_opened_with_its_gate(desk, centre, coordinator):
    journey = journey_at(centre, coordinator=coordinator, days_ago=60)
    happened(journey, "eligibility", days_ago=50)
    happened(journey, "leukapheresis", days_ago=30)
    collected = activity_of(journey, "leukapheresis")
    address = reverse("worklist:stage", args=[journey.uid, "leukapheresis"])

    shown = desk.get(page_of(journey)).text

    assert f'hx-get="{address}"' in shown
    assert f'href="{address}"' in shown
    assert f"activity-{collected.uid}" not in shown
    for answer in (desk.get(address), desk.get(address, headers={"HX-Request": "true"})):
        assert f"activity-{collected.uid}" in answer.text
        assert "Before this stage is completed" in answer.text
    assert f"activity-{collected.uid}" in desk.get(page_of(journey), {"every": ""}).text


def test_a_stage_in_which_something_was_not_done_stays_on_the_page(desk, centre, coordinator):
    journey = journey_at(centre, coordinator=coordinator, days_ago=20)
    happened(journey, "eligibility", days_ago=10)
    eligibility = activity_of(journey, "eligibility")
    Activity.objects.filter(pk=eligibility.pk).update(
        state="skipped", happened_on=None, close_reason="By phone"
    )

    shown = desk.get(page_of(journey)).text

    assert f"activity-{eligibility.uid}" in shown
    assert "By phone" in shown


def test_many_alike_are_folded_into_one_line(desk, journey):
    response = desk.get(page_of(journey))

    assert "Daily check 1 to" in _plain(response.text)


def test_a_read_of_the_page_is_logged(desk, coordinator, journey):
    desk.get(page_of(journey))

    entry = ReadEntry.objects.get()
    assert (entry.patient_uid, entry.page) == (journey.patient.uid, "worklist:journey")


@pytest.mark.feature(91)
def test_a_journey_of_another_centre_does_not_exist(client, journey):
    client.force_login(staff(CentreFactory()))

    for page in (page_of(journey), end_page(journey)):
        assert client.get(page).status_code == HTTPStatus.NOT_FOUND


def test_a_data_manager_sees_the_journey_and_no_actions(client, centre, journey):
    client.force_login(staff(centre, Role.DATA_MANAGER))

    response = client.get(page_of(journey))

    assert response.status_code == HTTPStatus.OK
    activity = activity_of(journey, "leukapheresis")
    for route in ("book", "record", "move", "close"):
        assert reverse(f"worklist:{route}", args=[activity.uid]) not in response.text


def test_a_clinician_is_led_to_the_findings_of_a_visit_and_a_coordinator_is_not(
    client, centre, coordinator, clinician
):
    journey = journey_at(centre, coordinator=coordinator, clinician=clinician, days_ago=400)
    for code, days_ago in (
        ("eligibility", 390),
        ("leukapheresis", 370),
        ("product_received", 340),
        ("lymphodepletion", 330),
        ("lymphodepletion#2", 329),
        ("lymphodepletion#3", 328),
        ("infusion", 325),
        ("discharge", 305),
    ):
        bare, _, occurrence = code.partition("#")
        happened(journey, bare, days_ago=days_ago, occurrence=int(occurrence or 1))
    findings = reverse("followup:record", args=[activity_of(journey, "return_visit").uid])

    client.force_login(clinician)
    assert findings in client.get(page_of(journey)).text
    client.force_login(coordinator)
    assert findings not in client.get(page_of(journey)).text


def test_a_journey_with_a_long_past_costs_the_same_queries(desk, centre, coordinator, journey):
    old = journey_at(centre, coordinator=coordinator, days_ago=60)
    happened(old, "eligibility", days_ago=50)
    happened(old, "leukapheresis", days_ago=30)

    def cost(shown):
        desk.get(page_of(shown))
        with CaptureQueriesContext(connection) as queries:
            desk.get(page_of(shown))
        return len(queries)

    assert cost(journey) == cost(old)


def test_starting_plans_every_date_and_shows_the_journey(desk, centre, coordinator, clinician):
    patient = patient_at(centre)

    response = desk.post(
        start_page(patient), start_form(centre, coordinator, clinician), follow=True
    )

    journey = Journey.objects.get()
    assert response.redirect_chain[0][0] == page_of(journey)
    assert f"The journey of {patient.full_name} has started." in response.text


@pytest.mark.parametrize("changes", [{"referred_on": "2199-01-01"}, {"version": ""}])
def test_a_refused_start_changes_nothing(desk, centre, coordinator, clinician, changes):
    patient = patient_at(centre)

    response = desk.post(start_page(patient), start_form(centre, coordinator, clinician, **changes))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Journey.objects.exists()


def test_a_patient_is_on_one_journey_at_a_time(desk, centre, coordinator, clinician, journey):
    form = start_form(centre, coordinator, clinician)

    response = desk.post(start_page(journey.patient), form)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "already has an active journey" in response.text
    assert Journey.objects.count() == 1


def test_only_people_of_the_centre_are_offered(desk, centre, coordinator, clinician):
    patient = patient_at(centre)
    outsider = staff(CentreFactory(), Role.CLINICIAN, name="Outsider")

    assert "Outsider" not in desk.get(start_page(patient)).text
    form = start_form(centre, coordinator, outsider)
    assert desk.post(start_page(patient), form).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_clinician_starts_no_journey(client, centre, clinician):
    client.force_login(clinician)

    assert client.get(start_page(patient_at(centre))).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.feature(22)
def test_ending_needs_a_coded_reason_and_says_before_what_it_stops(desk, centre, journey):
    typed = {"reason": EndReason.PROGRESSION, "on": centre_day(centre).isoformat(), "note": "Scan."}

    shown = preview(desk, end_page(journey), **typed)

    assert "Infusion" in shown.context["preview"].cancelled
    assert "leave the plan." in shown.text
    journey.refresh_from_db()
    assert journey.status == JourneyStatus.ACTIVE

    response = carry_out(desk, end_page(journey), **typed)

    journey.refresh_from_db()
    assert (journey.status, journey.end_reason) == (JourneyStatus.ENDED, EndReason.PROGRESSION)
    assert "Disease progression" in response.text
    assert "End the journey" not in response.text


@pytest.mark.parametrize(
    "changes", [{"reason": ""}, {"reason": "other", "note": ""}, {"on": "2199-01-01"}]
)
def test_a_refused_end_changes_nothing(desk, centre, journey, changes):
    valid = {"reason": "logistics", "on": centre_day(centre).isoformat(), "note": ""}

    response = desk.post(end_page(journey), valid | changes)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    journey.refresh_from_db()
    assert journey.status == JourneyStatus.ACTIVE


@pytest.mark.feature(19)
def test_a_revision_shows_every_date_before_and_after(desk, centre, coordinator):
    journey = journey_at(centre, coordinator=coordinator, days_ago=20)
    happened(journey, "eligibility", days_ago=10)

    listed = desk.get(reverse("worklist:revisions", args=[journey.uid]))
    shown = desk.get(reverse("worklist:revision", args=[journey.uid, 2]))

    assert "Event recorded: Eligibility decision" in listed.text
    assert any(line.before != line.after for line in shown.context["changes"])
    assert {line.title for line in shown.context["changes"]} >= {"Leukapheresis", "Infusion"}


def test_a_revision_that_does_not_exist_is_not_found(desk, journey):
    response = desk.get(reverse("worklist:revision", args=[journey.uid, 99]))

    assert response.status_code == HTTPStatus.NOT_FOUND


def _plain(text):
    """Return HTML with its white space made even."""
    return " ".join(text.split())
