"""Two people change one plan, one slot or one draft at the same moment: one wins, the other reads.

Whatever comes first, nothing deadlocks, nothing is done twice, and no refusal of the database
reaches a person as a fault.
"""

from functools import partial

import pytest

from journeys.authoring.services.drafts import save_draft
from journeys.authoring.services.publishing import publish_draft
from journeys.authoring.services.refusals import DraftClosed, StaleDraft
from journeys.patients.services import update_contacts
from journeys.planning.domain.states import CycleReason, HoldReason
from journeys.planning.models import GateCheck, ProtocolVersion
from journeys.planning.services import (
    StalePreview,
    apply_rules,
    check_gate_item,
    commit,
    migrate_journey,
    override_gate_item,
    propose,
    put_on_hold,
    resume,
    start_cycle,
    undo_last,
)
from journeys.planning.services.refusals import GateSettled
from tests.authoring.factories import draft_of
from tests.factories import activity_of, published
from tests.hostile.racing import ROUNDS, Ward, assert_whole, moving, only_refusals, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ward(transactional_db) -> Ward:
    return Ward()


def holding(ward, journey, by=None):
    return partial(
        put_on_hold,
        journey_uid=journey.uid,
        reason=HoldReason.INFECTION,
        from_on=ward.today,
        expected_on=None,
        by=by or ward.other,
        **ward.clock,
    )


def beginning_again(ward, journey, by=None):
    return partial(
        start_cycle,
        journey_uid=journey.uid,
        reason=CycleReason.COLLECTION_FAILURE,
        from_stage="leukapheresis",
        on=ward.today,
        by=by or ward.other,
        **ward.clock,
    )


def test_a_move_and_a_hold_know_of_each_other(ward):
    for _ in range(ROUNDS):
        journey = ward.journey()
        move_it, hold_it = moving(ward, journey), holding(ward, journey)
        tokens = [propose(each).token for each in (move_it, hold_it)]

        outcomes = together(
            partial(commit, move_it, token=tokens[0]), partial(commit, hold_it, token=tokens[1])
        )

        assert only_refusals(outcomes) == [StalePreview]
        assert_whole(journey)


def test_a_journey_is_held_once_and_resumed_once(ward):
    for _ in range(ROUNDS):
        journey = ward.journey()
        assert len(only_refusals(together(*[holding(ward, journey)] * 3))) == 2
        assert journey.holds.count() == 1
        again = partial(resume, journey_uid=journey.uid, on=ward.today, by=ward.one, **ward.clock)
        assert len(only_refusals(together(*[again] * 3))) == 2
        assert_whole(journey)


def test_a_new_cycle_and_an_undo_do_not_mix(ward):
    for _ in range(ROUNDS):
        journey = ward.journey()
        moving(ward, journey)()
        journey.refresh_from_db()
        undo = partial(
            undo_last,
            journey_uid=journey.uid,
            number=journey.plan_version,
            by=ward.one,
            **ward.clock,
        )
        twice = [beginning_again(ward, journey)] * 2

        only_refusals(together(undo, undo, *twice))

        numbers = list(journey.cycles.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert_whole(journey)


def test_a_cycle_that_was_looked_at_begins_once(ward):
    for _ in range(ROUNDS):
        journey = ward.journey()
        use_case = beginning_again(ward, journey)
        token = propose(use_case).token

        outcomes = together(*[partial(commit, use_case, token=token)] * 3)

        assert only_refusals(outcomes) == [StalePreview] * 2
        assert journey.cycles.count() == 2


def test_a_rehearsal_waits_for_whoever_commits_and_the_other_way_round(ward):
    journeys = [ward.journey() for _ in range(2)]
    for _ in range(ROUNDS):
        calls = []
        for journey in journeys:
            calls += [partial(propose, beginning_again(ward, journey))] * 2
            calls += [
                moving(ward, journey, 30),
                ward.booking(activity_of(journey, "infusion"), ward.one, 90),
            ]
        only_refusals(together(*calls))
    for journey in journeys:
        assert journey.cycles.count() == 1
        assert_whole(journey)


def test_a_gate_is_decided_once(ward):
    journey = ward.journey()
    stage, item = next(
        (stage["code"], gate["code"])
        for stage in journey.protocol_version.document["stages"]
        for gate in stage.get("gate", [])
        if "clinician" in gate.get("override", [])
    )
    about = {"journey_uid": journey.uid, "stage": stage, "item": item, "now": ward.now}
    calls = [partial(check_gate_item, evidence="Form", by=ward.one, **about)] * 2
    calls += [partial(override_gate_item, reason="Urgent", by=ward.clinician, **about)] * 2

    assert only_refusals(together(*calls)) == [GateSettled] * 3
    assert GateCheck.objects.live().filter(cycle__journey=journey).count() == 1


def newer(version) -> ProtocolVersion:
    """Return the next version of a protocol, which says the same."""
    found, _ = ProtocolVersion.objects.get_or_create(
        protocol=version.protocol,
        number=version.number + 1,
        defaults={
            "title": version.title,
            "regions": version.regions,
            "document": {**version.document, "version": version.number + 1},
            "checksum": "1" * 64,
            "published_at": "2026-01-01T09:00:00Z",
        },
    )
    return found


def test_a_journey_follows_another_version_once_and_rules_apply_around_it(ward):
    for _ in range(ROUNDS):
        old = published()
        journeys = [ward.journey() for _ in range(2)]
        calls = []
        for journey in journeys:
            use_case = partial(
                migrate_journey,
                journey_uid=journey.uid,
                version=newer(old),
                reason="other",
                by=ward.one,
                **ward.clock,
            )
            token = propose(use_case).token
            calls += [partial(commit, use_case, token=token)] * 2
            rules = partial(
                apply_rules, journey_uid=journey.uid, tell_patient=True, by=ward.other, **ward.clock
            )
            calls += [rules, moving(ward, journey, 33)]

        only_refusals(together(*calls))

        for journey in journeys:
            assert journey.revisions.filter(kind="migrated").count() <= 1
            assert_whole(journey)


def test_contacts_change_while_their_patient_is_booked(ward):
    journey = ward.journey()
    activity = activity_of(journey, "leukapheresis")
    for turn in range(ROUNDS):
        change = partial(
            update_contacts,
            patient=journey.patient,
            language="en",
            email=f"turn{turn}@example.org",
            phone="",
            time_zone="Europe/Stockholm",
            travel_minutes=None,
            contact_name="",
            contact_phone="",
            by=ward.other,
            now=ward.now,
        )
        assert not only_refusals(together(change, ward.booking(activity, ward.one, 10 + turn)))


def titled(title):
    """Return the change that gives a draft a title."""
    return lambda document: {**document, "title": title}


def test_a_draft_is_published_once(ward):
    for _ in range(ROUNDS):
        draft = draft_of(ward.centre, by=ward.one)
        title = f"Ours {draft.pk}"
        draft = save_draft(
            draft_uid=draft.uid,
            revision=draft.revision,
            change=titled(title),
            by=ward.one,
            now=ward.now,
        )
        publish = partial(
            publish_draft, draft_uid=draft.uid, revision=draft.revision, by=ward.one, now=ward.now
        )

        outcomes = together(*[publish] * 3)

        assert set(only_refusals(outcomes)) <= {DraftClosed, StaleDraft}
        assert sum(not isinstance(each, Exception) for each in outcomes) == 1


def test_two_authors_save_one_draft(ward):
    draft = draft_of(ward.centre, by=ward.one)
    for turn in range(ROUNDS):
        calls = [
            partial(
                save_draft,
                draft_uid=draft.uid,
                revision=draft.revision,
                change=titled(f"{by} {turn}"),
                by=by,
                now=ward.now,
            )
            for by in (ward.one, ward.other)
        ]
        assert only_refusals(together(*calls)) == [StaleDraft]
        draft.refresh_from_db()
