"""Which rows a worklist shows, and counters that stop counting where nobody reads on."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from carttrack.accounts.models import Centre, User
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Journey

SHOWN = 50
COUNTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose worklist at which centre on which day.

    `only_own` keeps the journeys that the person is accountable for.

    Units:
        today: the local calendar date at the centre.
    """

    user: User
    centre: Centre
    today: date
    only_own: bool = False

    def activities(self) -> QuerySet[Activity]:
        """Return open activities that people have to do something about, with their patients."""
        found = (
            Activity.objects.visible_to(self.user)
            .open()
            .filter(centre=self.centre, journey__status=JourneyStatus.ACTIVE)
            .exclude(kind=ActivityKind.RESTRICTION)
        )
        return found.filter(self.own("journey__")) if self.only_own else found

    def journeys(self) -> QuerySet[Journey]:
        """Return the centre's active journeys."""
        found = Journey.objects.visible_to(self.user).active().filter(centre=self.centre)
        return found.filter(self.own("")) if self.only_own else found

    def own(self, path: str) -> Q:
        """Return the condition that the person is accountable."""
        return Q(**{f"{path}coordinator": self.user}) | Q(**{f"{path}clinician": self.user})


def capped(found: int) -> str:
    """Return a number, or "100+": counting further costs time and tells nothing."""
    return f"{COUNTED}+" if found > COUNTED else str(found)
