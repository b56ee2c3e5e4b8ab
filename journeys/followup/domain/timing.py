"""Whether a visit took place inside its window."""

from datetime import date
from enum import StrEnum


class Timing(StrEnum):
    """Where the day of a visit lies against its window."""

    EARLY = "early"
    IN_WINDOW = "in_window"
    LATE = "late"


def timing_of(seen_on: date, *, opens_on: date | None, closes_on: date | None) -> Timing:
    """Return where a day lies; without a window every day is inside. Both ends are inclusive."""
    if opens_on and seen_on < opens_on:
        return Timing.EARLY
    if closes_on and seen_on > closes_on:
        return Timing.LATE
    return Timing.IN_WINDOW
