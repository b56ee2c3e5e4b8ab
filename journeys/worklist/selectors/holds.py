"""Where a journey stands still, and for how long it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from carttrack.ui.ruler import Pause
from journeys.planning.domain.states import HoldReason
from journeys.planning.models import Hold
from journeys.planning.state_labels import HOLD_REASON_LABELS


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldNote:
    """One hold: since when, for how many days, why, and when it is expected to end."""

    reason: str
    note: str
    from_on: date
    until_on: date | None
    expected_on: date | None
    days: int
    is_overdue: bool


def hold_notes(holds: Iterable[Hold], *, today: date) -> tuple[HoldNote, ...]:
    """Return the holds that were, and the one that is, in order."""
    return tuple(_note(hold, today=today) for hold in holds)


def live_note(notes: Iterable[HoldNote]) -> HoldNote | None:
    """Return the hold that nobody has resumed from."""
    return next((note for note in notes if note.until_on is None), None)


def pauses_of(notes: Iterable[HoldNote], *, today: date) -> tuple[Pause, ...]:
    """Return the holds as bands of an axis; one that lasts reaches until today."""
    return tuple(
        Pause(label=note.reason, start=note.from_on, until=note.until_on or today) for note in notes
    )


def _note(hold: Hold, *, today: date) -> HoldNote:
    over = hold.until_on or today
    is_late = hold.until_on is None and hold.expected_on is not None and hold.expected_on <= today
    return HoldNote(
        reason=str(HOLD_REASON_LABELS[HoldReason(hold.reason)]),
        note=hold.note,
        from_on=hold.from_on,
        until_on=hold.until_on,
        expected_on=hold.expected_on,
        days=max(0, (over - hold.from_on).days),
        is_overdue=is_late,
    )
