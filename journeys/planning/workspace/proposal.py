"""A proposed change as the services hand it out and the previews show it."""

from dataclasses import dataclass
from datetime import date

from journeys.planning.domain.reasons import Conflict
from journeys.planning.domain.replan import Change
from journeys.planning.domain.states import RevisionKind
from journeys.planning.models import Activity, Appointment, ProtocolVersion
from notifications.domain.changes import SyncResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a change would do, whole; `token` is the hash of it.

    `activity` is what the change begins with, None when it concerns the whole journey; `to_on` its
    new day. `version` is what the journey would follow, `cancelled` what would leave the plan. The
    rows are copies: none of them is in the database.
    """

    kind: RevisionKind
    version: ProtocolVersion
    activity: Activity | None
    changes: tuple[Change, ...]
    cancelled: tuple[Activity, ...]
    conflicts: tuple[Conflict, ...]
    released: tuple[Appointment, ...]
    messages: SyncResult
    token: str

    @property
    def to_on(self) -> date | None:
        """Return the day that the activity would have."""
        return self.activity.chosen_on if self.activity else None
