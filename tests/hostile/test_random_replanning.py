"""Whatever is re-planned, in whatever order: what happened stays, every date explains itself."""

import copy
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from journeys.planning.documents import protocol_from_document
from journeys.planning.domain.states import (
    OPEN_STATES,
    CycleReason,
    HoldReason,
    MoveReason,
)
from journeys.planning.domain.unscheduled import UNSCHEDULED
from journeys.planning.models import (
    GateCheck,
    ProtocolVersion,
)
from journeys.planning.services import (
    Outcome,
    Refusal,
    StalePreview,
    add_unscheduled,
    apply_rules,
    check_gate_item,
    choose_track,
    commit,
    last_undoable,
    migrate_journey,
    move,
    open_gate_items,
    override_gate_item,
    propose,
    publish_protocol,
    put_on_hold,
    resume,
    start_cycle,
    undo_last,
    unlock,
    withdraw_gate_check,
)
from journeys.planning.workspace import load, protocol_of
from notifications.models import Reminder
from tests.hostile.promises import OF_JOURNEY, WRITTEN_ONCE, KeptPromises
from tests.hostile.test_random_journeys import SOON, WHICH, ward

__all__ = ["ward"]


def next_version(version: ProtocolVersion) -> ProtocolVersion:
    """Publish a version with two visits fewer and another stage's text."""
    document = copy.deepcopy(version.document)
    document["version"] = version.number + 1
    document["activities"] = [
        activity for activity in document["activities"] if activity["code"] != "month_6"
    ]
    published, _ = publish_protocol(
        protocol=protocol_from_document(document), document=document, now=timezone.now()
    )
    return published


class AnyPlan(KeptPromises):
    """A journey whose plan is changed in every way there is, each previewed before."""

    def __init__(self) -> None:
        super().__init__()
        self.newer = {
            version.protocol_id: next_version(version)
            for version in self.versions
            if version.protocol.code == "car-t-standard"
        }

    def decide(self, service: Any, **arguments: Any) -> Outcome | None:
        """Preview a change, see that the preview wrote nothing, and commit it."""
        change = partial(service, **arguments, **self.clock)
        before = self.everything()
        proposal = self.answer(partial(propose, change))
        assert self.everything() == before
        if proposal is None:
            return None
        outcome = self.answer(partial(commit, change, token=proposal.token))
        assert outcome is not None, "what was previewed can be committed"
        assert [c.point for c in outcome.changes] == [c.point for c in proposal.changes]
        return outcome

    def everything(self) -> list[Any]:
        """Return the journey's rows as they stand, without the days of its many activities."""
        counts = [
            model._default_manager.filter(**{path: self.journey}).count()
            for model, path in (OF_JOURNEY | WRITTEN_ONCE).items()
        ]
        versions = self.journey.activities.order_by("pk").values_list("state", "plan_version")
        return [*counts, *versions, Reminder.objects.filter(thread__uid=self.journey.uid).count()]

    @rule(
        reason=st.sampled_from(sorted(HoldReason)),
        since=st.integers(-10, 1),
        expected=st.one_of(st.none(), st.integers(0, 60)),
    )
    def the_clock_is_stopped(self, reason: str, since: int, expected: int | None) -> None:
        self.decide(
            put_on_hold,
            journey_uid=self.journey.uid,
            reason=HoldReason(reason),
            from_on=self.today + timedelta(days=since),
            expected_on=None if expected is None else self.today + timedelta(days=expected),
            by=self.coordinator,
            note="So it is.",
        )

    @rule(since=st.integers(-10, 1))
    def the_clock_runs_again(self, since: int) -> None:
        self.decide(
            resume,
            journey_uid=self.journey.uid,
            on=self.today + timedelta(days=since),
            by=self.coordinator,
        )

    @rule(
        reason=st.sampled_from(sorted(CycleReason)),
        stage=st.integers(0, 9),
        protocol=st.integers(0, 5),
        since=st.integers(-5, 0),
        chance=st.integers(0, 2),
    )
    def another_cycle_begins(
        self, reason: str, stage: int, protocol: int, since: int, chance: int
    ) -> None:
        version = self.versions[protocol] if protocol < len(self.versions) else None
        follows = version or self.journey.protocol_version
        stages = protocol_of(follows).stages
        if chance == 0:
            self.decide(
                start_cycle,
                journey_uid=self.journey.uid,
                reason=CycleReason(reason),
                from_stage=stages[stage % len(stages)].code,
                on=self.today + timedelta(days=since),
                by=self.clinician,
                version=version,
                note="So it is.",
            )

    @rule()
    def the_last_change_is_undone(self) -> None:
        self.journey.refresh_from_db()
        last = last_undoable(self.journey)
        self.decide(
            undo_last,
            journey_uid=self.journey.uid,
            number=last.number if last else self.journey.plan_version,
            by=self.coordinator,
        )
        self.journey.refresh_from_db()

    @rule(days=SOON)
    def somebody_comes_between(self, days: int) -> None:
        self.decide(
            add_unscheduled,
            journey_uid=self.journey.uid,
            title="Wound check",
            on=self.today + timedelta(days=days),
            by=self.coordinator,
        )

    @rule(track=st.sampled_from(["standard-15", "short-5", "registry"]))
    def another_follow_up_is_chosen(self, track: str) -> None:
        self.decide(
            choose_track,
            journey_uid=self.journey.uid,
            track=track,
            reason="Wish",
            by=self.clinician,
        )

    @rule(back=st.booleans())
    def the_protocol_changes(self, *, back: bool) -> None:
        self.journey.refresh_from_db()
        owner = self.journey.protocol_version.protocol_id
        old = next(version for version in self.versions if version.protocol_id == owner)
        self.decide(
            migrate_journey,
            journey_uid=self.journey.uid,
            version=old if back else self.newer.get(owner, old),
            reason="New version",
            by=self.coordinator,
        )

    @rule(tell=st.booleans())
    def the_rules_are_applied(self, *, tell: bool) -> None:
        self.decide(
            apply_rules, journey_uid=self.journey.uid, tell_patient=tell, by=self.coordinator
        )

    @rule(which=WHICH)
    def somebody_unlocks(self, which: int) -> None:
        locked = list(
            self.journey.activities.filter(locked_on__isnull=False, state__in=OPEN_STATES)
        )
        if locked:
            self.decide(unlock, activity_uid=locked[which % len(locked)].uid, by=self.coordinator)

    @rule(which=WHICH, override=st.booleans())
    def a_gate_is_settled(self, which: int, *, override: bool) -> None:
        space = load(self.journey.uid, for_update=False)
        asked = [item for row in space.activities.values() for item in open_gate_items(space, row)]
        if not asked:
            return
        item = asked[which % len(asked)]
        arguments = {
            "journey_uid": self.journey.uid,
            "stage": item.stage,
            "item": item.code,
            "by": self.clinician,
            "now": self.clock["now"],
        }
        if override:
            self.answer(partial(override_gate_item, **arguments, reason="Urgent"))
        else:
            self.answer(partial(check_gate_item, **arguments, evidence="Form 7"))

    @rule(which=WHICH)
    def a_check_is_withdrawn(self, which: int) -> None:
        live = list(GateCheck.objects.live().filter(cycle=self.cycle).order_by("pk"))
        if live:
            self.answer(
                partial(
                    withdraw_gate_check,
                    check_uid=live[which % len(live)].uid,
                    by=self.clinician,
                    now=self.clock["now"],
                )
            )

    @rule(steps=st.integers(1, 9))
    def things_go_as_planned(self, steps: int) -> None:
        for _step in range(steps):
            self.the_next_thing_happens(0)

    @rule(which=WHICH, days=SOON)
    def an_old_preview_is_committed(self, which: int, days: int) -> None:
        """Somebody else changes the plan between the preview and the commit."""
        activity = self.pick(which, *OPEN_STATES)
        if activity is None:
            return
        change: Callable[[], Outcome] = partial(
            move,
            activity_uid=activity.uid,
            to_on=self.today + timedelta(days=days),
            reason=MoveReason.OTHER,
            by=self.coordinator,
            **self.clock,
        )
        proposal = self.answer(partial(propose, change))
        self.somebody_comes_between(3)
        self.journey.refresh_from_db()
        if proposal and self.journey.activities.filter(code=UNSCHEDULED.code).exists():
            before = self.everything()
            with pytest.raises((StalePreview, Refusal)):
                commit(change, token=proposal.token)
            assert self.everything() == before


@pytest.mark.timeout(600)
def test_a_plan_keeps_its_promises_whatever_is_done_to_it(ward, db):
    AnyPlan.ward = ward

    run_machine(
        AnyPlan,
        settings=settings(
            max_examples=14,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
