"""The titles of activities that a page names beside its timeline."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from journeys.planning.models import Journey
from journeys.planning.selectors.timeline import title_of


def titles_by_uid(
    journey: Journey, uids: Iterable[UUID | None], *, known: Mapping[UUID, str]
) -> Mapping[UUID, str]:
    """Return the titles of activities; only what is not `known` from the timeline is read."""
    missing = {uid for uid in uids if uid} - known.keys()
    if not missing:
        return known
    rows = journey.activities.filter(uid__in=missing).select_related("cycle").defer("why")
    found = {}
    for activity in rows:
        activity.journey = journey
        found[activity.uid] = title_of(activity)
    return {**known, **found}
