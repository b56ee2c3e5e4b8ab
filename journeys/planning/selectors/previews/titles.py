"""What the activities of a preview are called, stored or still to come."""

from journeys.planning.domain.protocol import Point
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.wording import occurrence_title, title_of, words
from journeys.planning.workspace import Proposal, protocol_of
from notifications.domain.changes import MessageChange


class Titles:
    """The titles of a journey's activities with their numbers, by the version that it would follow.

    What that version does not know, and what belongs to a cycle of another protocol, keeps its own.
    """

    def __init__(self, journey: Journey, proposal: Proposal) -> None:
        self._journey = journey
        self._defined = {each.code: each for each in protocol_of(proposal.version).activities}
        rows = journey.activities.select_related("cycle").defer("why").order_by("cycle__number")
        stored = list(rows)
        self._by_uid = {row.uid: self._title(row) for row in stored}
        self._by_point: dict[Point, str] = {row.point: self._by_uid[row.uid] for row in stored}
        if proposal.activity:  # an unscheduled visit is named by itself, and is not stored yet
            self._by_point.setdefault(proposal.activity.point, title_of(proposal.activity))

    def of(self, point: Point) -> str:
        """Return the title of a point."""
        if point in self._by_point:
            return self._by_point[point]
        code, _, occurrence = point.partition("#")
        return self._in_words(code, int(occurrence or 1))

    def of_row(self, activity: Activity) -> str:
        """Return the title of an activity, of an earlier cycle as well."""
        return self._by_uid.get(activity.uid) or self.of(activity.point)

    def of_message(self, message: MessageChange) -> str:
        """Return the title of what a message is about."""
        return self._by_uid.get(message.topic) or message.context.get("title", "")

    def _title(self, row: Activity) -> str:
        row.journey = self._journey
        is_own = row.cycle.protocol_version_id == self._journey.protocol_version_id
        if is_own and row.code in self._defined and not row.title:
            return self._in_words(row.code, row.occurrence)
        return title_of(row)

    def _in_words(self, code: str, occurrence: int) -> str:
        definition = self._defined[code]
        return occurrence_title(definition, words(definition.title), occurrence)
