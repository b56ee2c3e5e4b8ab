"""What holds of a plan after every step: what happened stays, every date explains itself."""

from datetime import date
from typing import Any

from django.db.models import Model
from hypothesis.stateful import invariant

from carttrack.audit.models import HistoryEntry
from journeys.planning.domain.planned import PlannedActivity
from journeys.planning.domain.recompute import recompute
from journeys.planning.domain.records import step_from_record
from journeys.planning.domain.states import (
    OPEN_STATES,
    ActivityState,
    RevisionKind,
)
from journeys.planning.domain.unscheduled import UNSCHEDULED
from journeys.planning.models import (
    Activity,
    Appointment,
    Cycle,
    GateCheck,
    Hold,
    PlanChange,
    PlanRevision,
    Stage,
)
from journeys.planning.workspace import load
from notifications.models import Reminder
from tests.hostile.test_random_journeys import AnyJourney

OF_JOURNEY = {
    Activity: "journey",
    Appointment: "activity__journey",
    Cycle: "journey",
    GateCheck: "cycle__journey",
    Hold: "journey",
    Stage: "cycle__journey",
}
WRITTEN_ONCE = {PlanRevision: "journey", PlanChange: "revision__journey"}


class KeptPromises(AnyJourney):
    """A journey of which each promise is checked after whatever is done to it.

    What was recorded stays, unless exactly that was undone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[Any, dict[int, Any]] = {}
        self.happened: dict[int, tuple[Any, ...]] = {}
        self.fixed: dict[int, tuple[Any, ...]] = {}
        self.last: PlanRevision | None = None
        self.seen = 0

    @invariant()
    def what_is_final_never_moves(self) -> None:
        last = self.journey.revisions.order_by("-number").select_related("undoes").first()
        is_new = last != self.last
        undone = last.undoes.activity_id if is_new and last and last.undoes else None
        rows = self.journey.activities.filter(state=ActivityState.DONE)
        now = {
            row[0]: row[1:]
            for row in rows.values_list(
                "pk", "happened_on", "happened_at", "target_on", "chosen_on", "cycle"
            )
        }
        for pk, days in self.happened.items():
            assert now.get(pk) == days or pk == undone
        self.happened, self.last = now, last

    @invariant()
    def what_a_person_fixed_moves_only_by_a_person(self) -> None:
        rows = self.journey.activities.filter(state__in=OPEN_STATES)
        now = {row.pk: (row.locked_on, row.planned_at) for row in rows}
        new = list(self.journey.revisions.filter(number__gt=self.seen).order_by("number"))
        self.seen += len(new)
        acts = {
            RevisionKind.HELD,
            RevisionKind.CYCLE,
            RevisionKind.ENDED,
            RevisionKind.MIGRATED,
            RevisionKind.TRACK,
            RevisionKind.UNDONE,
            RevisionKind.MOVED,
        }
        for pk, (locked_on, planned_at) in self.fixed.items():
            if (locked_on or planned_at) and now.get(pk) != (locked_on, planned_at):
                assert any(each.activity_id == pk or each.kind in acts for each in new), pk
        self.fixed = now

    @invariant()
    def every_date_explains_itself(self) -> None:
        space = load(self.journey.uid, for_update=False)
        days: dict[str, date] = {}
        for point, row in space.activities.items():
            day = row.happened_on or row.chosen_on or row.target_on
            if day and row.state != ActivityState.CANCELLED:
                days[point] = day
        for point, row in space.activities.items():
            if not row.is_open or row.target_on is None or row.code == UNSCHEDULED.code:
                continue
            planned = PlannedActivity(
                code=row.code,
                stage=row.stage.code,
                occurrence=row.occurrence,
                point=point,
                target=row.target_on,
                opens=row.opens_on,
                closes=row.closes_on,
                chosen=row.chosen_on,
                fact=None,
                why=tuple(step_from_record(step) for step in row.why),
            )
            given = recompute(planned, days, space.open_days)
            assert given == (row.chosen_on or row.target_on), (point, row.why, days)

    @invariant()
    def nothing_clinical_is_lost_or_overwritten(self) -> None:
        for model, path in OF_JOURNEY.items():
            now = dict.fromkeys(
                model._default_manager.filter(**{path: self.journey}).values_list("pk", flat=True)
            )
            assert self.kept.get(model, {}).keys() <= now.keys()
            self.kept[model] = now
        once: dict[type[Model], dict[str, Any]] = {
            model: {path: self.journey} for model, path in WRITTEN_ONCE.items()
        }
        once[HistoryEntry] = {"patient_uid": self.journey.patient.uid}
        for model, condition in once.items():
            written = {
                row["id"]: row for row in model._default_manager.filter(**condition).values()
            }
            for pk, row in self.kept.get(model, {}).items():
                assert written.get(pk) == row
            self.kept[model] = written

    @invariant()
    def what_is_held_is_not_reminded_of(self) -> None:
        floating = self.journey.activities.filter(chosen_on=None, target_on=None)
        live = Reminder.objects.live().filter(thread__uid=self.journey.uid, is_planned=True)
        assert not live.filter(topic__uid__in=floating.values("uid")).exists()
        assert Hold.objects.live().filter(journey=self.journey).count() <= 1
