"""What is given before planning starts: days that something happened, is booked, locked or expected."""

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
