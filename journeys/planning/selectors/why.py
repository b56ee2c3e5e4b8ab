"""Why a date is what it is, in sentences; asked for one activity at a time."""

from journeys.planning.domain.records import step_from_record
from journeys.planning.labels import step_text
from journeys.planning.models import Activity
from journeys.planning.selectors.wording import point_titles
from journeys.planning.workspace import protocol_of


def why(activity: Activity) -> tuple[str, ...]:
    """Return the reasons of an activity's day, fetched with its cycle's protocol version."""
    titles = point_titles(protocol_of(activity.cycle.protocol_version))
    return tuple(step_text(step_from_record(record), titles) for record in activity.why)
