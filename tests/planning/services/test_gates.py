"""A stage is completed only when everything that its gate asks for is settled."""

import pytest

from carttrack.accounts.domain import Role
from journeys.planning.models import GateCheck
from journeys.planning.services import (
    check_gate_item,
    open_gate_items,
    override_gate_item,
    record_happened,
    withdraw_gate_check,
)
from journeys.planning.services.refusals import (
    EvidenceMissing,
    GateNotMet,
    GateSettled,
    JourneyNotActive,
    NoSuchGateItem,
    NotYoursToOverride,
    ReasonMissing,
)
from journeys.planning.workspace import load
from tests.factories import CentreFactory, staff
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import begin_again, refused

ITEMS = ("product_released", "identity", "fit_for_infusion")


@pytest.fixture
def today(team, journey):
    """Return the day of the infusion, everything before it recorded."""
    team.carry_to(journey, "lymphodepletion")
    return activity_of(journey, "infusion").chosen_on


def check(team, journey, item, today, **changes):
    arguments = {
        "journey_uid": journey.uid,
        "stage": "infusion",
        "item": item,
        "evidence": "Certificate 12",
        "by": team.coordinator,
        "now": at(today, 7),
    }
    return check_gate_item(**(arguments | changes))


def override(team, journey, item, today, **changes):
    arguments = {
        "journey_uid": journey.uid,
        "stage": "infusion",
        "item": item,
        "reason": "The form is on its way",
        "by": team.clinician,
        "now": at(today, 7),
    }
    return override_gate_item(**(arguments | changes))


def infuse(team, journey, today):
    return record_happened(
        activity_uid=activity_of(journey, "infusion").uid,
        on=today,
        by=team.clinician,
        today=today,
        now=at(today, 12),
    )


@pytest.mark.feature(9)
@pytest.mark.parametrize("missing", ITEMS)
def test_each_item_alone_keeps_the_stage_from_being_completed(team, journey, today, missing):
    for item in set(ITEMS) - {missing}:
        check(team, journey, item, today)
    space = load(journey.uid, for_update=False)
    (left,) = open_gate_items(space, space.activities["infusion"])

    with refused(
        GateNotMet, f"Infusion cannot be recorded yet. Check first: {left.asked.title['en']}"
    ):
        infuse(team, journey, today)

    assert left.code == missing


@pytest.mark.feature(9)
def test_a_stage_whose_items_are_checked_or_overridden_is_completed(team, journey, today):
    check(team, journey, "product_released", today)
    check(team, journey, "identity", today)
    passed = override(team, journey, "fit_for_infusion", today)

    infuse(team, journey, today)

    assert activity_of(journey, "infusion").state == "done"
    assert (passed.is_override, passed.reason, passed.made_by) == (
        True,
        "The form is on its way",
        team.clinician,
    )


@pytest.mark.feature(9)
def test_going_on_without_something_needs_the_role_at_this_centre(team, journey, today):
    elsewhere = staff(CentreFactory(), Role.CLINICIAN)

    for person in (team.coordinator, elsewhere):
        with refused(NotYoursToOverride, "Your role may not go on without this"):
            override(team, journey, "product_released", today, by=person)


def test_what_nobody_may_pass_over_is_passed_over_by_nobody(team, journey, today):
    with refused(NotYoursToOverride, "Your role may not"):
        override(team, journey, "identity", today)


def test_going_on_without_something_needs_a_reason(team, journey, today):
    with refused(ReasonMissing, "Give a reason"):
        override(team, journey, "product_released", today, reason="  ")


def test_a_check_says_what_shows_it(team, journey, today):
    with refused(EvidenceMissing, "Say what shows it"):
        check(team, journey, "product_released", today, evidence=" ")


def test_what_is_settled_is_not_settled_again(team, journey, today):
    check(team, journey, "product_released", today)

    with refused(GateSettled, "settled this already"):
        check(team, journey, "product_released", today)
    with refused(GateSettled, "settled this already"):
        override(team, journey, "product_released", today)


@pytest.mark.parametrize(
    ("stage", "item"), [("infusion", "weather"), ("monitoring", "identity"), ("surgery", "consent")]
)
def test_what_the_protocol_does_not_ask_for_is_not_settled(team, journey, today, stage, item):
    with refused(NoSuchGateItem, "does not ask for this"):
        check(team, journey, item, today, stage=stage)


@pytest.mark.feature(9)
def test_a_check_that_is_taken_back_blocks_again_and_stays_on_record(team, journey, today):
    checks = [check(team, journey, item, today) for item in ITEMS]

    withdraw_gate_check(check_uid=checks[1].uid, by=team.clinician, now=at(today, 8))

    with refused(GateNotMet, "Two people checked two identifiers"):
        infuse(team, journey, today)
    kept = GateCheck.objects.get(pk=checks[1].pk)
    assert (kept.evidence, kept.withdrawn_by) == ("Certificate 12", team.clinician)
    check(team, journey, "identity", today, evidence="Done again at the bedside")
    infuse(team, journey, today)


def test_a_check_is_taken_back_once(team, journey, today):
    made = check(team, journey, "identity", today)
    withdraw_gate_check(check_uid=made.uid, by=team.clinician, now=at(today, 8))

    with pytest.raises(GateCheck.DoesNotExist):
        withdraw_gate_check(check_uid=made.uid, by=team.coordinator, now=at(today, 9))

    assert GateCheck.objects.get(pk=made.pk).withdrawn_by == team.clinician


def test_every_cycle_meets_its_gates_anew_and_earlier_checks_stay_as_they_were(
    team, journey, today
):
    first = [check(team, journey, item, today) for item in ITEMS]
    begin_again(team, journey, today, from_stage="infusion")
    space = load(journey.uid, for_update=False)

    assert len(open_gate_items(space, space.activities["infusion"])) == len(ITEMS)
    with pytest.raises(GateCheck.DoesNotExist):
        withdraw_gate_check(check_uid=first[0].uid, by=team.clinician, now=at(today, 9))
    assert GateCheck.objects.live().count() >= len(ITEMS)


def test_only_what_completes_the_stage_waits_for_its_gate(team, journey):
    space = load(journey.uid, for_update=False)
    waits = {
        point for point, activity in space.activities.items() if open_gate_items(space, activity)
    }

    assert waits == {"leukapheresis", "infusion"}


def test_no_gate_is_settled_after_the_end(team, journey, today):
    type(journey).objects.filter(pk=journey.pk).update(
        status="ended", ended_on=today, end_reason="progression"
    )

    with refused(JourneyNotActive, "has ended"):
        check(team, journey, "identity", today)
    with refused(JourneyNotActive, "has ended"):
        override(team, journey, "product_released", today)
