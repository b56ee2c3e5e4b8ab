"""What is given before planning: days on which something happened, is booked or promised."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from journeys.planning.domain.protocol import Point


class FactKind(StrEnum):
    """Why a point's day is given."""

    HAPPENED = "happened"
    BOOKED = "booked"
    LOCKED = "locked"  # a person fixed the day
    EXPECTED = "expected"  # somebody outside promised the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A point whose day is given; planning never moves it."""

    point: Point
    on: date
    kind: FactKind

    @property
    def has_happened(self) -> bool:
        """Tell whether it is history, which nobody can move any more."""
        return self.kind is FactKind.HAPPENED
