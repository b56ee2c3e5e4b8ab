"""Whatever is done to a journey, in whatever order: what the product promises still holds."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from carttrack.accounts.domain import Role
from carttrack.audit.selectors import verify_chain
from journeys.planning.domain.reminding import ReminderWhen
from journeys.planning.domain.states import (
    CLOSING_STATES,
    OPEN_STATES,
    ActivityState,
    EndReason,
    JourneyStatus,
    MoveReason,
)
from journeys.planning.models import Activity, Appointment, Cycle
from journeys.planning.services import (
    Refusal,
    book,
    cancel_booking,
    close_without,
    commit,
    end_journey,
    extend_reminders,
    move,
    propose,
    record_happened,
    start_journey,
)
from journeys.planning.workspace import definition_of
from notifications.models import Reminder
from tests.factories import CentreFactory, meet_gates, patient_at, published, staff

REFERRED_ON = date(2026, 1, 7)
DATES = ("target_on", "opens_on", "closes_on", "chosen_on", "happened_on", "state")
WHICH = st.integers(0, 200)
SOON = st.integers(-3, 60)
PROTOCOLS = ("car-t-standard", "axi-cel-lbcl", "cilta-cel-mm")


@pytest.fixture(scope="module")
def ward(django_db_setup, django_db_blocker):
    """Publish the protocols and people once; each journey is undone by its machine."""
    with django_db_blocker.unblock(), transaction.atomic():
        centre = CentreFactory()
        versions = [published(code) for code in PROTOCOLS]
        yield centre, staff(centre), staff(centre, Role.CLINICIAN), versions
        transaction.set_rollback(True)


class AnyJourney(RuleBasedStateMachine):
    """One journey, one calendar that only goes on, and people who do what comes to mind."""

    ward: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.centre, self.coordinator, self.clinician, self.versions = self.ward
        self.today = REFERRED_ON
        self.final: dict[int, tuple[Any, ...]] = {}

    @initialize(protocol=st.integers(0, len(PROTOCOLS) - 1))
    def somebody_is_referred(self, protocol: int) -> None:
        centre = self.centre
        self.journey = start_journey(
            patient=patient_at(centre),
            version=self.versions[protocol],
            centre=centre,
            coordinator=self.coordinator,
            clinician=self.clinician,
            referred_on=REFERRED_ON,
            by=self.coordinator,
            **self.clock,
        )

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @property
    def cycle(self) -> Cycle:
        return Cycle.objects.filter(journey=self.journey).latest("number")

    @property
    def clock(self) -> dict[str, Any]:
        return {"today": self.today, "now": datetime.combine(self.today, time(11), tzinfo=UTC)}

    def pick(self, which: int, *states: str) -> Activity | None:
        """Return one of the activities, near ones more often than those of year fifteen."""
        found = list(self.journey.activities.filter(state__in=states).order_by("chosen_on", "pk"))
        return found[(which % 12 if which % 3 else which) % len(found)] if found else None

    def attempt(self, service: Any, **arguments: Any) -> Any:
        """Carry out a use-case now."""
        return self.answer(partial(service, **arguments, **self.clock))

    def answer(self, use_case: Callable[[], Any]) -> Any:
        """Return what a use-case gives; a refusal is as good an answer as any."""
        try:
            with transaction.atomic():
                return use_case()
        except Refusal as refusal:
            note(f"refused: {refusal.sentence}")
            return None

    @rule(days=st.sampled_from([1, 3, 7, 14, 40, 200]))
    def time_goes_on(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.attempt(extend_reminders, journey_uid=self.journey.uid)

    @rule(which=WHICH, days=SOON)
    def somebody_books(self, which: int, days: int) -> None:
        activity = self.pick(which, *OPEN_STATES)
        if activity:
            starts_at = datetime.combine(self.today + timedelta(days=days), time(9), tzinfo=UTC)
            self.attempt(
                book,
                activity_uid=activity.uid,
                starts_at=starts_at,
                minutes=60,
                place="",
                by=self.coordinator,
            )

    @rule(which=WHICH)
    def somebody_cancels(self, which: int) -> None:
        activity = self.pick(which, ActivityState.BOOKED)
        if activity:
            self.attempt(
                cancel_booking, activity_uid=activity.uid, reason="Ill", by=self.coordinator
            )

    @rule(days=st.integers(0, 20))
    def the_next_thing_happens(self, days: int) -> None:
        activity = self.pick(0, *OPEN_STATES)
        if activity and activity.chosen_on:
            self.today = max(self.today, activity.chosen_on)
            meet_gates(activity, by=self.clinician, now=self.clock["now"])
            on = self.today - timedelta(days=days % 3)
            self.attempt(record_happened, activity_uid=activity.uid, on=on, by=self.clinician)

    @rule(which=WHICH, days=st.integers(-30, 2))
    def something_is_recorded(self, which: int, days: int) -> None:
        activity = self.pick(which, *OPEN_STATES)
        if activity:
            on = self.today + timedelta(days=days)
            self.attempt(record_happened, activity_uid=activity.uid, on=on, by=self.clinician)

    @rule(which=WHICH, days=SOON)
    def somebody_moves(self, which: int, days: int) -> None:
        activity = self.pick(which, *OPEN_STATES)
        to_on = self.today + timedelta(days=days)
        if activity is None:
            return
        change = partial(
            move,
            activity_uid=activity.uid,
            to_on=to_on,
            reason=MoveReason.OTHER,
            by=self.coordinator,
            **self.clock,
        )
        proposal = self.answer(partial(propose, change))
        if proposal:
            outcome = self.answer(partial(commit, change, token=proposal.token))
            assert outcome is not None, "what was previewed can be committed"

    @rule(which=WHICH, state=st.sampled_from(sorted(CLOSING_STATES)))
    def something_is_closed(self, which: int, state: str) -> None:
        activity = self.pick(which, *OPEN_STATES)
        if activity:
            self.attempt(
                close_without,
                activity_uid=activity.uid,
                state=ActivityState(state),
                reason="Other reasons",
                by=self.clinician,
            )

    @precondition(lambda self: self.today > REFERRED_ON + timedelta(days=60))
    @rule(reason=st.sampled_from(sorted(EndReason)), chance=st.integers(0, 3))
    def the_journey_ends(self, reason: str, chance: int) -> None:
        if chance == 0:
            self.attempt(
                end_journey,
                journey_uid=self.journey.uid,
                reason=EndReason(reason),
                on=self.today,
                note="So it is.",
                by=self.coordinator,
            )

    @invariant()
    def what_is_final_never_moves(self) -> None:
        rows = self.journey.activities.exclude(state__in=OPEN_STATES).values_list("pk", *DATES)
        now = {row[0]: row[1:] for row in rows}
        for pk, dates in self.final.items():
            assert now[pk] == dates
        self.final = now

    @invariant()
    def an_open_day_lies_in_its_window_or_a_conflict_names_it(self) -> None:
        conflicts = self.cycle.conflicts
        named = {conflict["point"] for conflict in conflicts}
        named |= {clause["later"] for conflict in conflicts for clause in conflict["because"]}
        for row in self.journey.activities.filter(state__in=OPEN_STATES):
            if row.target_on is None:
                continue
            fits = row.chosen_on and row.opens_on <= row.chosen_on <= row.closes_on
            assert fits or row.point in named, (row.point, row.chosen_on, conflicts)

    @invariant()
    def what_a_person_fixed_stays_on_its_day(self) -> None:
        for row in self.journey.activities.filter(state__in=OPEN_STATES):
            if row.locked_on:
                assert row.chosen_on == row.locked_on, row.point
            if row.state == ActivityState.BOOKED:
                assert row.chosen_on == row.planned_at.date(), row.point

    @invariant()
    def a_booked_activity_has_its_one_appointment(self) -> None:
        """An appointment that was kept stays beside what happened."""
        live = Appointment.objects.filter(activity__journey=self.journey, cancelled_at=None)
        live = live.exclude(activity__state=ActivityState.DONE)
        booked = self.journey.activities.filter(state=ActivityState.BOOKED)
        assert sorted(live.values_list("activity", flat=True)) == sorted(
            booked.values_list("pk", flat=True)
        )

    @invariant()
    def the_ledger_owes_nothing_for_what_is_over(self) -> None:
        live = Reminder.objects.live().filter(thread__uid=self.journey.uid, is_planned=True)
        assert not live.filter(topic__is_open=False).exists()
        topics = set(live.values_list("topic__uid", flat=True))
        owing = self.journey.activities.filter(uid__in=topics).exclude(state__in=OPEN_STATES)
        for activity in owing.select_related(
            "journey__protocol_version", "cycle__protocol_version"
        ):
            # What happened brings a letter or a form about, where its rule says so.
            after = {
                f"{activity.code}:{one.code}"
                for one in definition_of(activity).reminders
                if one.when is ReminderWhen.DONE
            }
            rules = live.filter(topic__uid=activity.uid).values_list("rule", flat=True)
            assert {code.partition("#")[0] for code in rules} <= after
            assert activity.state == ActivityState.DONE
        doubles = live.values("rule", "topic", "recipient", "channel").annotate(n=Count("pk"))
        assert not doubles.filter(n__gt=1).exists()
        self.journey.refresh_from_db()
        if self.journey.status != JourneyStatus.ACTIVE:
            everything = Reminder.objects.live().filter(thread__uid=self.journey.uid)
            assert not everything.exists()

    @invariant()
    def the_revisions_and_the_history_are_whole(self) -> None:
        self.journey.refresh_from_db()
        numbers = list(self.journey.revisions.values_list("number", flat=True))
        assert numbers == list(range(1, self.journey.plan_version + 1))
        assert not verify_chain(self.journey.patient.uid).breaks


@pytest.mark.timeout(300)
def test_the_promises_hold_after_any_sequence(ward, db):
    AnyJourney.ward = ward

    run_machine(
        AnyJourney,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
