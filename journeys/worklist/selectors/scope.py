"""Which rows a worklist shows, and counters that stop counting where nobody reads on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from carttrack.accounts.models import Centre, User, reader_key
from carttrack.prepared import CENTRE, READER
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Journey
from journeys.planning.models.activities import ActivityQuerySet

SHOWN = 50
FIRST_SHOWN = 12
FIRST_COUNTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose worklist at which centre on which day.

    `only_own` keeps the journeys that the person is accountable for; `shows_all` shows more than
    what fits a screen.

    Units:
        today: the local calendar date at the centre.
    """

    user: User
    centre: Centre
    today: date
    only_own: bool = False
    shows_all: bool = False

    @property
    def shown(self) -> int:
        """Return how many rows a list shows."""
        return SHOWN if self.shows_all else FIRST_SHOWN

    @property
    def counted(self) -> int:
        """Return how far a counter counts; each row counted is one that is read."""
        return SHOWN if self.shows_all else FIRST_COUNTED

    def capped(self, found: int) -> str:
        """Return a number, or "20+": counting further costs time and tells nothing."""
        return f"{self.counted}+" if found > self.counted else str(found)

    @property
    def values(self) -> dict[str, Any]:
        """Return what the prepared queries of a worklist are executed with."""
        return {
            "reader": reader_key(self.user),
            "centre": self.centre.pk,
            "today": self.today,
        }


def open_activities(*, only_own: bool) -> QuerySet[Activity]:
    """Return open activities that people have to do something about, with their patients."""
    found = activities(only_own=only_own)
    return found.open().exclude(kind=ActivityKind.RESTRICTION)


def activities(*, only_own: bool) -> ActivityQuerySet:
    """Return the activities of the centre's active journeys."""
    found = Activity.objects.visible_to(READER, in_order=True).filter(
        centre=CENTRE, journey__status=JourneyStatus.ACTIVE
    )
    return found.filter(_own("journey__")) if only_own else found


def active_journeys(*, only_own: bool) -> QuerySet[Journey]:
    """Return the centre's active journeys."""
    found = Journey.objects.visible_to(READER, in_order=True).active().filter(centre=CENTRE)
    return found.filter(_own("")) if only_own else found


def _own(path: str) -> Q:
    """Return the condition that the reader is accountable."""
    return Q(**{f"{path}coordinator": READER}) | Q(**{f"{path}clinician": READER})
