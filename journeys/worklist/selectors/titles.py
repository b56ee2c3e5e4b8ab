"""The titles of activities that a page names beside its timeline."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, QuerySet, UUIDField

from carttrack.prepared import Param, prepared
from journeys.planning.models import Activity, Journey
from journeys.planning.selectors.wording import occurrence_title, title_of, words
from journeys.worklist.selectors.lines import protocol_of_version

JOURNEY = Param("journey", BigIntegerField())
UIDS = Param("uids", UUIDField(), is_many=True)
NAMING = ("uid", "code", "occurrence", "title", "cycle__protocol_version_id")


def titles_by_uid(
    journey: Journey, uids: Iterable[UUID | None], *, known: Mapping[UUID, str]
) -> Mapping[UUID, str]:
    """Return the titles of activities; only what is not `known` from the timeline is read."""
    missing = {uid for uid in uids if uid} - known.keys()
    if not missing:
        return known
    rows = _named().rows(journey=journey.pk, uids=list(missing))
    return {**known, **{row[0]: title_from(*row) for row in rows}}


def title_from(uid: UUID, code: str, occurrence: int, own: str, version_id: int) -> str:
    """Return the title of an activity from its plain values, which stand in the order of `NAMING`.

    What the version of its cycle does not know, of an earlier one or of none, is read whole.
    """
    if own:
        return own
    try:
        definition = protocol_of_version(version_id).activity(code)
    except KeyError:
        rows = Activity.objects.select_related("journey__protocol_version", "cycle")
        return title_of(rows.get(uid=uid))
    return occurrence_title(definition, words(definition.title), occurrence)


@prepared
def _named() -> "QuerySet[Activity, Any]":
    return Activity.objects.filter(journey=JOURNEY, uid__in=UIDS).values_list(*NAMING)
