"""A preview is the change itself, taken back: it writes nothing, and only it is committed."""

from datetime import timedelta
from functools import partial

import pytest

from journeys.planning.domain.states import ActivityState, EndReason, RevisionKind
from journeys.planning.domain.transitions import IllegalMove
from journeys.planning.models import PlanRevision
from journeys.planning.services import (
    StalePreview,
    cancel_booking,
    choose_track,
    commit,
    end_journey,
    propose,
    record_happened,
)
from journeys.planning.services.refusals import NotBooked
from journeys.planning.services.writing import write_plan
from journeys.planning.workspace import compute, facts, load
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import (
    ask_between,
    begin_again,
    close,
    everything,
    go_on,
    hold,
    shift,
    undo,
)


def changes(team, journey, today):
    """Return one change of every kind, by name."""
    infusion, product = (activity_of(journey, code) for code in ("infusion", "product_received"))
    clock = {"today": today, "now": at(today)}
    by = {"by": team.coordinator}
    return {
        "move": partial(shift, team, product, product.chosen_on + timedelta(days=20), today),
        "cancel": partial(
            cancel_booking, activity_uid=infusion.uid, reason="No bed", **by, **clock
        ),
        "record": partial(record_happened, activity_uid=product.uid, on=today, **by, **clock),
        "close": partial(close, team, infusion, ActivityState.SKIPPED, today),
        "hold": partial(hold, team, journey, today),
        "cycle": partial(begin_again, team, journey, today),
        "track": partial(
            choose_track, journey_uid=journey.uid, track="short-5", reason="Wish", **by, **clock
        ),
        "undo": partial(undo, team, journey, today),
        "end": partial(
            end_journey,
            journey_uid=journey.uid,
            reason=EndReason.PROGRESSION,
            on=today,
            note="",
            **by,
            **clock,
        ),
    }


KINDS = ("move", "cancel", "record", "close", "hold", "cycle", "track", "undo", "end")


@pytest.mark.feature(17)
@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_writes_nothing_and_the_commit_does_what_it_showed(team, journey, today, kind):
    change = changes(team, journey, today)[kind]
    before = everything()

    proposal = propose(change)
    assert everything() == before
    outcome = commit(change, token=proposal.token)

    assert outcome.changes == proposal.changes
    assert outcome.conflicts == proposal.conflicts
    assert [each.uid for each in outcome.released] == [each.uid for each in proposal.released]
    shown, sent = (
        sorted((each.kind, each.rule.partition("#")[0]) for each in messages.created)
        for messages in (proposal.messages, outcome.messages)
    )
    assert shown == sent
    written = dict(journey.cycles.latest("number").activities.values_list("uid", "chosen_on"))
    points = {
        row.point: written[row.uid] for row in journey.cycles.latest("number").activities.all()
    }
    for each in proposal.changes:
        if each.after:
            assert points.get(each.point, each.after.chosen) == each.after.chosen


@pytest.mark.feature(17)
@pytest.mark.parametrize("kind", KINDS)
def test_the_second_of_two_people_gets_the_new_preview_and_writes_nothing(
    team, journey, today, kind
):
    change = changes(team, journey, today)[kind]
    mine, yours = propose(change), propose(partial(shift_infusion, team, journey, today))
    commit(partial(shift_infusion, team, journey, today), token=yours.token)
    before = everything()

    if kind == "cancel":  # the other change released the booking already
        with pytest.raises(NotBooked):
            commit(change, token=mine.token)
    elif kind == "undo":  # it is another change that would be taken back
        assert propose(partial(undo, team, journey, today)).token != mine.token
    else:
        with pytest.raises(StalePreview) as stale:
            commit(change, token=mine.token)
        assert "Here is the new preview" in stale.value.sentence
        assert stale.value.proposal.token != mine.token

    assert everything() == before


def shift_infusion(team, journey, today):
    infusion = activity_of(journey, "infusion")
    return shift(team, infusion, infusion.chosen_on + timedelta(days=4), today)


@pytest.mark.feature(14)
def test_a_commit_that_is_sent_twice_is_carried_out_once(team, journey, today):
    change = changes(team, journey, today)["move"]
    token = propose(change).token
    commit(change, token=token)
    revisions = PlanRevision.objects.count()

    with pytest.raises(StalePreview):
        commit(change, token=token)

    assert PlanRevision.objects.count() == revisions


def test_a_token_of_one_change_commits_no_other(team, journey, today):
    tokens = {kind: propose(each).token for kind, each in changes(team, journey, today).items()}

    assert len(set(tokens.values())) == len(tokens)


def test_resuming_is_previewed_too(team, journey, today):
    hold(team, journey, today)
    change = partial(go_on, team, journey, today + timedelta(days=9))
    before = everything()

    proposal = propose(change)

    assert everything() == before
    assert proposal.activity is None
    assert {each.point for each in proposal.changes} >= {"product_received", "infusion"}
    commit(change, token=proposal.token)


def test_a_visit_is_previewed_before_it_exists(team, journey, today):
    change = partial(ask_between, team, journey, today + timedelta(days=2), today)
    before = everything()

    proposal = propose(change)

    assert everything() == before
    assert [(each.point, each.kind) for each in proposal.changes] == [("unscheduled", "added")]
    assert proposal.to_on == today + timedelta(days=2)
    commit(change, token=proposal.token)


@pytest.mark.feature(10)
def test_no_use_case_can_give_a_state_that_cannot_follow(team, journey):
    collected_on = team.carry_to(journey, "leukapheresis")
    space = load(journey.uid, for_update=True)
    space.activities["leukapheresis"].state = ActivityState.MISSED

    with pytest.raises(IllegalMove):
        write_plan(
            space,
            compute(space, facts(space), today=collected_on),
            kind=RevisionKind.CLOSED,
            by=team.coordinator,
            now=at(collected_on),
            today=collected_on,
        )
