"""Dating the core: points that hang on each other, one by one inside the network's bounds."""

from collections.abc import Mapping
from datetime import date

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.compiled import CompiledProtocol, Link
from journeys.planning.domain.contradictions import Misfit, Pins, misfit_clauses, settle, to_move
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.network import UNBOUNDED, Bounds, is_bound
from journeys.planning.domain.occurrences import Occurrence
from journeys.planning.domain.paused import PausedNetwork
from journeys.planning.domain.pauses import HeldDays
from journeys.planning.domain.placing import (
    Clock,
    Placed,
    keep,
    never_late,
    place,
    ways_out,
)
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.reasons import Conflict, ConflictKind, Step, StepKind
from journeys.planning.domain.rooms import Surroundings, base_of, kept_room, open_room


class CorePlanner:
    """One pass over the core: facts pinned, contradictions passed over, then point by point."""

    def __init__(
        self,
        compiled: CompiledProtocol,
        facts: Mapping[Point, Fact],
        open_days: OpenDays,
        today: date | None,
        held: HeldDays,
    ) -> None:
        self._compiled = compiled
        self._facts = {point: fact for point, fact in facts.items() if point in compiled.index}
        # In one order, so that of two facts that say the same always the same one is named.
        by_place = {compiled.index[point]: fact for point, fact in self._facts.items()}
        self._pins: Pins = dict(sorted(by_place.items()))
        self._pinned_days = {point: fact.on.toordinal() for point, fact in self._pins.items()}
        self._open_days = open_days
        self._today = today
        self._whole = PausedNetwork(compiled.network, held) if held.spans else compiled.network
        self._network, self._misfits = settle(self._whole, self._pins)
        self._in_misfit = {end for misfit in self._misfits for end in (misfit.start, misfit.end)}
        self._bounds = Bounds(self._network)
        for pin, day in self._pinned_days.items():
            self._bounds.pin(pin, day)
        self._soonest = self._not_in_the_past()
        self._behind = self._passed_by()
        self.days: dict[Point, date] = {point: fact.on for point, fact in self._facts.items()}
        self._known = Surroundings(
            compiled, self._network, self._bounds, self._facts, self.days, held
        )

    def run(self) -> dict[Point, Placed]:
        """Date every point that a fact reaches.

        Points come in the order of anchors, dated from what they hang on; then what is still open
        is dated backwards from what hangs on it, one point at a time.
        """
        placed: dict[Point, Placed] = {}
        found: Placed | None
        while True:
            for occurrence in self._compiled.core:
                found = None if occurrence.point in placed else self._forwards(occurrence)
                if found is not None:
                    placed[occurrence.point] = found
            for occurrence in reversed(self._compiled.core):
                found = None if occurrence.point in placed else self._backwards(occurrence)
                if found is not None:
                    placed[occurrence.point] = found
                    break
            else:
                return placed

    def contradictions(self) -> tuple[Conflict, ...]:
        """Return one conflict for every misfit, on the fact that a person would rather move."""
        return tuple(self._contradiction(misfit) for misfit in self._misfits)

    def _forwards(self, occurrence: Occurrence) -> Placed | None:
        """Date a point by its own fact, by a fact among its neighbours, or from its anchor."""
        fact = self._facts.get(occurrence.point)
        if fact is not None:
            here = self._compiled.index[occurrence.point]
            return keep(
                occurrence, kept_room(occurrence, fact, self._window(here), self._known), fact
            )
        base = base_of(occurrence, self._known)
        if base is None or not (base.point in self._facts or base.point == occurrence.anchor):
            return None
        return self._open(occurrence, base)

    def _backwards(self, occurrence: Occurrence) -> Placed | None:
        """Date a point from whatever hangs on it."""
        base = base_of(occurrence, self._known)
        return self._open(occurrence, base) if base else None

    def _open(self, occurrence: Occurrence, base: Link) -> Placed:
        """Choose the day of an open point, and let all others know."""
        room = open_room(occurrence, base, self._known)
        placed = place(occurrence, room, self._open_days, self._clock(occurrence, room.closes))
        self.days[occurrence.point] = placed.day
        self._bounds.pin(self._compiled.index[occurrence.point], placed.day.toordinal())
        return placed

    def _window(self, pin: int) -> tuple[int, int]:
        """Return the window that the other facts leave a point with a fact.

        A point that does not fit is shown what the protocol says, so that one sees by how much.
        """
        if pin in self._in_misfit:
            earliest, latest = self._whole.window(pin, self._pinned_days)
            if earliest <= latest:
                return earliest, latest
        return self._network.window(pin, self._pinned_days)

    def _contradiction(self, misfit: Misfit) -> Conflict:
        pin = to_move(misfit, self._pins)
        fact, occurrence = self._pins[pin], self._compiled.core[pin]
        room = kept_room(occurrence, fact, self._window(pin), self._known)
        return Conflict(
            kind=ConflictKind.CONTRADICTION,
            point=fact.point,
            because=misfit_clauses(misfit, self._pins),
            nearest=ways_out(occurrence, room, fact, self._open_days, self._today)
            if self._fits_somewhere(pin)
            else (),
        )

    def _fits_somewhere(self, pin: int) -> bool:
        """Tell whether there is a day for a fact that agrees with all the others."""
        earliest, latest = self._whole.window(pin, self._pinned_days)
        return earliest <= latest

    def _clock(self, occurrence: Occurrence, closes: date) -> Clock | None:
        """Return how soon the point may come; None where the clock does not matter."""
        here = self._compiled.index[occurrence.point]
        if self._today is None or never_late(occurrence) or here in self._behind:
            return None
        soonest, by = self._soonest[here]
        if by in (-1, here) or soonest > closes.toordinal():
            return Clock(self._today, Step(kind=StepKind.TODAY, gives=self._today))
        anchor = self._compiled.core[by].point
        day = date.fromordinal(soonest)
        return Clock(self._today, Step(kind=StepKind.TODAY, gives=day, anchor=anchor))

    def _not_in_the_past(self) -> list[tuple[int, int]]:
        """Return each point's soonest day that keeps all open ones out of the past, and by which.

        A point that is too late already moves nothing.
        """
        soonest = [(-UNBOUNDED, -1)] * len(self._compiled.core)
        if self._today is None:
            return soonest
        today = self._today.toordinal()
        for here, occurrence in enumerate(self._compiled.core):
            latest = self._bounds.latest[here]
            if (
                here in self._pins
                or never_late(occurrence)
                or not is_bound(latest)
                or latest < today
            ):
                continue
            for other, day in enumerate(self._network.earliest_before(here, today)):
                if is_bound(day) and day > soonest[other][0]:
                    soonest[other] = (day, here)
        return soonest

    def _passed_by(self) -> set[int]:
        """Return the points than which something that comes no earlier has already happened.

        They were passed without a record: a gap in the records and not in the plan.
        """
        return {
            here
            for pin, fact in self._pins.items()
            if fact.kind is FactKind.HAPPENED
            for here, latest in enumerate(self._network.latest_after(pin, self._pinned_days[pin]))
            if latest <= self._pinned_days[pin]
        }
