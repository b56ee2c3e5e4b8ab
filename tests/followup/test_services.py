"""Recording a visit is one step that succeeds whole or changes nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from carttrack.audit.models import HistoryEntry
from journeys.followup.domain.answers import Answer
from journeys.followup.domain.findings import Findings, Problem, Slip
from journeys.followup.models import Visit
from journeys.followup.services import (
    AlreadyRecorded,
    CorrectionReasonMissing,
    FindingsImpossible,
    NotAVisit,
    OtherDayRecorded,
    StaleVersion,
    TimingReasonMissing,
    VisitInFuture,
    correct_visit,
)
from journeys.planning.models import Activity, PlanRevision
from journeys.planning.services import end_journey
from journeys.planning.services.refusals import JourneyNotActive
from tests.followup.conftest import activity_of, at, days, findings, record


def correct(team, visit, *, found=None, **changes):
    """Correct a record, with the changes a test is about."""
    arguments = {
        "visit_uid": visit.uid,
        "version": visit.version,
        "mode": visit.mode,
        "seen_by": team.clinician,
        "findings": found or findings(tested_on=visit.seen_on, response="cr"),
        "reason": "The radiologist read the scan again.",
        "by": team.clinician,
        "today": visit.seen_on + days(3),
        "now": at(visit.seen_on + days(3)),
    }
    return correct_visit(**(arguments | changes))


def traces():
    """Count what a use-case leaves behind."""
    return Visit.objects.count(), PlanRevision.objects.count(), HistoryEntry.objects.count()


@pytest.mark.feature(56)
def test_a_recorded_visit_has_taken_place_in_the_plan(team, return_visit):
    visit = record(team, return_visit)

    return_visit.refresh_from_db()
    assert (return_visit.state, return_visit.happened_on) == ("done", visit.seen_on)
    assert (visit.timing, visit.version, visit.response) == ("in_window", 1, "pr")
    assert visit.haemoglobin == 104
    assert visit.platelets is None


def test_a_recorded_visit_stands_in_the_patients_history(team, return_visit):
    visit = record(team, return_visit)

    entry = HistoryEntry.objects.get(action="visit.recorded")
    assert (entry.actor, entry.subject_uid) == (team.clinician, visit.uid)
    assert entry.after["neutrophils"] == "1.3"
    assert entry.patient_uid == return_visit.journey.patient.uid


def test_what_was_not_said_stays_unknown(team, return_visit):
    visit = record(team, return_visit, found=Findings())

    assert visit.response == "not_assessed"
    assert (visit.max_crs_grade, visit.max_icans_grade) == (None, None)
    assert {visit.intensive_care, visit.infection, visit.second_cancer} == {Answer.UNKNOWN}


@pytest.mark.feature(57)
@pytest.mark.parametrize(
    ("shift", "timing"), [(-8, "early"), (-7, "in_window"), (7, "in_window"), (8, "late")]
)
def test_a_visit_outside_its_window_says_why(team, return_visit, shift, timing):
    day = return_visit.target_on + days(shift)

    visit = record(team, return_visit, seen_on=day, timing_reason="Patient was abroad")

    assert visit.timing == timing
    assert bool(visit.timing_reason) == (timing != "in_window")


def test_a_visit_that_the_plan_already_knows_only_gets_its_record(team, return_visit):
    team.record(return_visit)
    return_visit.refresh_from_db()
    revisions = PlanRevision.objects.count()

    visit = record(team, return_visit, seen_on=return_visit.happened_on)

    assert visit.seen_on == return_visit.happened_on
    assert PlanRevision.objects.count() == revisions


REFUSED = {
    VisitInFuture: {"today": date(2026, 1, 8)},
    TimingReasonMissing: {"seen_on": date(2026, 12, 24), "today": date(2026, 12, 24)},
    FindingsImpossible: {"found": findings(tested_on=None)},
}


@pytest.mark.parametrize("refusal", REFUSED)
def test_a_refused_visit_changes_nothing(team, return_visit, refusal):
    before = traces()

    with pytest.raises(refusal) as caught:
        record(team, return_visit, **REFUSED[refusal])

    assert caught.value.sentence
    assert traces() == before
    assert Activity.objects.get(pk=return_visit.pk).state == "planned"


def test_a_visit_is_recorded_once(team, return_visit):
    record(team, return_visit)
    before = traces()

    with pytest.raises(AlreadyRecorded):
        record(team, return_visit)

    assert traces() == before


def test_a_visit_on_another_day_than_the_plan_says_is_refused(team, return_visit):
    team.record(return_visit)
    return_visit.refresh_from_db()
    before = traces()

    with pytest.raises(OtherDayRecorded):
        record(team, return_visit, seen_on=return_visit.happened_on + days(1))

    assert traces() == before


def test_only_visits_have_a_record(team, journey):
    with pytest.raises(NotAVisit):
        record(team, activity_of(journey, "eligibility"))


def test_an_unknown_visit_is_not_found(team, return_visit, journey):
    with pytest.raises(Activity.DoesNotExist):
        record(team, return_visit, activity_uid=journey.uid)


def test_a_journey_that_has_ended_takes_no_more_visits(team, return_visit, journey):
    day = return_visit.chosen_on
    end_journey(
        journey_uid=journey.uid,
        reason="progression",
        on=day,
        note="",
        by=team.clinician,
        today=day,
        now=at(day),
    )

    with pytest.raises(JourneyNotActive):
        record(team, return_visit)

    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("neutrophils", "1500", "did you mean 1.5?"),
        ("platelets", "45000", "did you mean 45?"),
        ("lymphocytes", "800", "did you mean 0.8?"),
        ("haemoglobin", "10.4", "did you mean 104?"),
        ("igg", "420", "did you mean 4.2?"),
        ("cd4", "0.21", "did you mean 210?"),
        ("haemoglobin", "900", "from 20 to 250"),
        ("platelets", "45.5", "more decimals"),
        ("platelets", "1E+30", "from 0 to 2000"),
    ],
)
def test_a_slip_of_the_unit_is_refused_with_what_was_meant(team, return_visit, code, typed, said):
    found = findings(tested_on=return_visit.chosen_on, counts={code: Decimal(typed)})

    with pytest.raises(FindingsImpossible) as caught:
        record(team, return_visit, found=found)

    assert said in caught.value.sentence
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria": "imwg_2016", "response": "sd", "tested_on": None},
        {"criteria": "lugano_2014", "response": "scr"},
        {"criteria": "", "response": "cr"},
        {"criteria": "", "response": "not_assessed", "tested_on": date(2026, 1, 9)},
        {"max_crs_grade": 0, "crs_began_on": date(2026, 1, 9)},
        {"crs_began_on": date(2026, 1, 9), "crs_ended_on": date(2026, 1, 8)},
        {"icans_began_on": date(2027, 1, 9), "max_icans_grade": 1},
        {"not_measured": frozenset({"neutrophils"})},
    ],
)
def test_findings_that_contradict_each_other_are_refused(team, return_visit, wrong):
    given = {"tested_on": return_visit.chosen_on} | wrong

    with pytest.raises(FindingsImpossible):
        record(team, return_visit, found=findings(**given))


def test_a_correction_points_back_and_leaves_the_original_as_it_was(team, return_visit):
    original = record(team, return_visit)

    corrected = correct(team, original)

    original.refresh_from_db()
    assert (original.response, corrected.response) == ("pr", "cr")
    assert (corrected.corrects, corrected.version) == (original, 2)
    assert list(Visit.objects.current()) == [corrected]
    entry = HistoryEntry.objects.get(action="visit.corrected")
    assert (entry.before["response"], entry.after["response"]) == ("pr", "cr")


@pytest.mark.feature(63)
def test_an_old_version_is_not_corrected_again(team, return_visit):
    original = record(team, return_visit)
    correct(team, original)
    before = traces()

    with pytest.raises(StaleVersion):
        correct(team, original)

    assert traces() == before


def test_a_correction_needs_its_reason(team, return_visit):
    original = record(team, return_visit)

    with pytest.raises(CorrectionReasonMissing):
        correct(team, original, reason=" ")


@pytest.mark.parametrize(
    "change", ["UPDATE followup_visit SET notes = ''", "DELETE FROM followup_visit"]
)
def test_the_database_keeps_every_record(team, return_visit, change):
    record(team, return_visit)

    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        connection.cursor().execute(change)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"version": 1}, "visit_version_once_per_activity"),
        ({"version": 2}, "visit_correction_points_back_with_a_reason"),
        ({"timing": "late"}, "visit_outside_its_window_has_a_reason"),
        ({"response": "not_assessed"}, "visit_response_names_criteria_and_test"),
        ({"neutrophils": 1500}, "visit_neutrophils_is_plausible"),
        ({"max_crs_grade": 6}, "visit_crs_grade_is_on_its_scale"),
        ({"mode": "by_pigeon"}, "visit_mode_is_known"),
        ({"intensive_care": ""}, "visit_intensive_care_is_known"),
        ({"not_measured": ["mood"]}, "visit_not_measured_names_measures"),
        (
            {"crs_began_on": date(2026, 2, 2), "crs_ended_on": date(2026, 2, 1)},
            "visit_crs_ends_after_it_begins",
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(team, return_visit, changes, constraint):
    row = record(team, return_visit)
    row.pk, row.uid = None, team.centre.uid
    for field, value in changes.items():
        setattr(row, field, value)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "refusal",
    [
        AlreadyRecorded(),
        CorrectionReasonMissing(),
        FindingsImpossible([Problem(field="response", slip=Slip.NOT_ON_SCALE)]),
        NotAVisit(),
        OtherDayRecorded(date(2026, 3, 1)),
        StaleVersion(),
        TimingReasonMissing(),
        VisitInFuture(date(2026, 3, 1)),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
def test_every_refusal_says_what_to_do_in_a_sentence(refusal):
    assert refusal.sentence.endswith(".")
    assert len(refusal.sentence.split()) >= 5
