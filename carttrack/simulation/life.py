"""One simulated patient as the virtual days pass."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from carttrack.simulation.fates import COLLECTION, Attempt, Ending, Fate
from carttrack.simulation.odds import Odds
from carttrack.simulation.visits import Turn, draw_turn
from journeys.planning.domain.protocol import ActivityDefinition, ActivityKind
from journeys.planning.models import Activity, Journey
from journeys.planning.services import Refusal
from journeys.planning.workspace import protocol_of

SHORT_TRACK = "short-5"


@dataclass(slots=True)
class Life:
    """A patient, what has happened to them, and the next day on which something is up.

    `happened` keeps the last day of each code in the present cycle, `collection` is what the
    protocol begins a therapy with; `owed` what took place and is
    still to be written down, or whose absence is: the activity, when it took place, and the day on
    which somebody gets to it.
    """

    seed: int
    odds: Odds
    fate: Fate
    journey: Journey
    zone: ZoneInfo
    collection: ActivityDefinition
    next_on: date | None
    extended_on: date
    cycle: int = 1
    happened: dict[str, date] = field(default_factory=dict)
    done_once: set[str] = field(default_factory=set)
    owed: list[tuple[UUID, date | None, date]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    ended_as: Ending | None = None
    ended_at: datetime | None = None
    opted_out_at: datetime | None = None
    is_over: bool = False
    _open: list[Activity] | None = None

    def has_gate(self, activity: Activity) -> bool:
        """Tell whether a stage that asks for something may be completed by an activity."""
        stages = protocol_of(self.journey.protocol_version).stages
        return any(s.gate and s.ends_with.partition("#")[0] == activity.code for s in stages)

    @property
    def has_short_track(self) -> bool:
        """Tell whether the protocol offers a shorter follow-up."""
        tracks = protocol_of(self.journey.protocol_version).tracks
        return SHORT_TRACK in {track.code for track in tracks}

    @property
    def attempt(self) -> Attempt:
        """Return the fate of the present cycle."""
        return self.fate.attempts[self.cycle - 1]

    def at(self, day: date, clock: time) -> datetime:
        """Return the UTC instant of a wall time at the centre."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def turn(self, activity: Activity) -> Turn:
        """Return how this visit goes."""
        return draw_turn(
            seed=self.seed,
            number=self.fate.number,
            cycle=self.cycle,
            point=activity.point,
            odds=self.odds,
        )

    def once(self, name: str) -> bool:
        """Tell whether something is done for the first time in this cycle, and note it."""
        is_first = not self.has_done(name)
        self.done_once.add(f"{self.cycle}/{name}")
        return is_first

    def has_done(self, name: str) -> bool:
        """Tell whether something was done in this cycle before."""
        return f"{self.cycle}/{name}" in self.done_once

    def open_activities(self) -> list[Activity]:
        """Return what is still to come in the order of its days, restrictions aside."""
        if self.is_over:
            return []
        if self._open is None:
            self._open = self._read_open()
        return self._open

    def _read_open(self) -> list[Activity]:
        found = Activity.objects.filter(journey=self.journey, cycle__number=self.cycle).open()
        rows = found.exclude(kind=ActivityKind.RESTRICTION).defer("why")
        return list(rows.order_by("chosen_on", "id"))

    def day_of(self, activity: Activity) -> date | None:
        """Return the day on which an activity is to take place."""
        if activity.planned_at:
            return activity.planned_at.astimezone(self.zone).date()
        return activity.chosen_on

    def note(self, activity: Activity, on: date) -> None:
        """Remember that something took place."""
        is_collection = activity.code == self.collection.code
        self.happened[COLLECTION if is_collection else activity.code] = on

    def has_come(self, after: str, days: int, *, day: date) -> bool:
        """Tell whether so many days have passed since something happened in this cycle."""
        happened = self.happened.get(after)
        return happened is not None and day >= happened + timedelta(days=days)

    @contextmanager
    def event(self) -> Iterator[None]:
        """Let one thing be done in one transaction; a refusal is counted and changes nothing.

        Requests to wake a worker are dropped: here the virtual clock wakes the sweep.
        """
        self._open = None
        try:
            with transaction.atomic():
                yield
                connection.run_on_commit.clear()
        except Refusal as refusal:
            self.refused[type(refusal).__name__] += 1
