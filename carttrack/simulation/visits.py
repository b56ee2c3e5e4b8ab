"""What is drawn from the seed for one visit: who books, comes, and writes it down."""

from dataclasses import dataclass

from carttrack.simulation.chance import chance
from carttrack.simulation.odds import Odds


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How one visit goes.

    `moved_by` days is what the patient asks for, `notice` days before; 0 is no wish. One that is
    never recorded has no `recorded_after`.
    """

    is_booked: bool
    moved_by: int
    notice: int
    comes: bool
    comes_later: bool
    recorded_after: int | None
    start: int


def draw_turn(*, seed: int, number: int, cycle: int, point: str, odds: Odds) -> Turn:
    """Draw how one visit goes; the same visit goes the same way whenever it is asked for."""
    rng = chance(seed, number, cycle, point)
    moved = rng.choice((-5, -3, 2, 4, 7, 10))
    late = rng.randint(1, 30)
    is_late = rng.random() < odds.recorded_late
    is_lost = rng.random() < odds.never_recorded
    return Turn(
        is_booked=rng.random() >= odds.not_booked,
        moved_by=moved if rng.random() < odds.moved_by_the_patient else 0,
        notice=rng.randint(1, 12),
        comes=rng.random() >= odds.no_show,
        comes_later=rng.random() < odds.comes_after_all,
        recorded_after=None if is_lost else late if is_late else 0,
        start=rng.randrange(9),
    )
