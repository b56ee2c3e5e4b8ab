"""The mark that an activity bears: how it stands on a day."""

import typing
from datetime import date

from journeys.planning.domain.attention import BOOKABLE, SOON_DAYS
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import ActivityState


class HasKind(typing.Protocol):
    """Anything of a kind: an activity or what defines it."""

    @property
    def kind(self) -> str:
        """One of `ActivityKind`."""
        ...


class Dated(typing.Protocol):
    """An activity as far as its mark depends on it, a row of a list as well as a model."""

    @property
    def state(self) -> str:
        """One of `ActivityState`."""
        ...

    @property
    def target_on(self) -> date | None:
        """The day that the protocol asks for."""
        ...

    @property
    def closes_on(self) -> date | None:
        """The last day that it allows."""
        ...

    @property
    def chosen_on(self) -> date | None:
        """The day that the plan chose."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether it is still to come."""
        ...


def mark_of(activity: Dated, definition: HasKind, *, today: date) -> str:
    """Return the state mark of an activity on a day.

    At risk means: no day fits, or the window of something unbooked closes within a week.
    """
    if not activity.is_open or definition.kind == ActivityKind.RESTRICTION:
        return _closed_mark(activity, today)
    if _is_overdue(activity, today):
        return "overdue"
    if activity.target_on and activity.chosen_on is None:
        return "at_risk"
    if activity.state == ActivityState.BOOKED:
        return "booked"
    is_closing = activity.closes_on and (activity.closes_on - today).days <= SOON_DAYS
    return "at_risk" if is_closing and definition.kind in BOOKABLE else "planned"


def _is_overdue(activity: Dated, today: date) -> bool:
    """Tell whether the window is over; what a person booked for later is late, not forgotten."""
    if activity.closes_on is None or activity.closes_on >= today:
        return False
    is_ahead = activity.chosen_on is not None and activity.chosen_on >= today
    return not (activity.state == ActivityState.BOOKED and is_ahead)


def _closed_mark(activity: Dated, today: date) -> str:
    if not activity.is_open:
        return activity.state
    return "done" if activity.chosen_on and activity.chosen_on < today else "planned"
