"""What a protocol calls things, in the language of the reader."""

from collections.abc import Mapping

from django.utils.translation import get_language

from journeys.planning.domain.protocol import ActivityDefinition, Point, Protocol, Words
from journeys.planning.domain.records import conflict_from_record
from journeys.planning.labels import conflict_message
from journeys.planning.models import Activity
from journeys.planning.workspace import definition_of


def words(text: Words) -> str:
    """Return the words in the active language, otherwise in English."""
    language = (get_language() or "en").split("-")[0]
    return text.get(language) or text.get("en", "")


def point_titles(protocol: Protocol) -> Mapping[Point, str]:
    """Return the title of every activity code, for sentences."""
    return {definition.code: words(definition.title) for definition in protocol.activities}


def conflict_sentences(records: list[dict[str, object]], protocol: Protocol) -> tuple[str, ...]:
    """Return stored conflicts as sentences in the active language."""
    if not records:
        return ()
    titles = point_titles(protocol)
    return tuple(conflict_message(conflict_from_record(record), titles) for record in records)


def occurrence_title(definition: ActivityDefinition, title: str, occurrence: int) -> str:
    """Return the title with its number when the activity repeats."""
    return f"{title} {occurrence}" if definition.repeat else title


def title_of(activity: Activity) -> str:
    """Return an activity's title: its own, or the protocol's with its number."""
    definition = definition_of(activity)
    return activity.title or occurrence_title(
        definition, words(definition.title), activity.occurrence
    )
