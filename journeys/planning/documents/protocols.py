"""Protocol files: from YAML to the planner's values, and the document that is stored."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from journeys.planning.documents.located import read_yaml
from journeys.planning.documents.meaning import check_meaning
from journeys.planning.documents.rulesets import RuleSet
from journeys.planning.documents.schema import check_shape
from journeys.planning.documents.sources import source_of
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    ActivityKind,
    Constraint,
    Evidence,
    GateItem,
    NotAfter,
    NotBefore,
    Protocol,
    Repeat,
    Roll,
    RuleValue,
    StageDefinition,
    Track,
    TrackNumbers,
    Window,
    Words,
)
from journeys.planning.domain.reminding import (
    Audience,
    ReminderDefinition,
    ReminderRepeat,
    ReminderWhen,
)


def protocol_paths(folder: Path) -> tuple[Path, ...]:
    """Return the protocol files of a folder in the order of their names."""
    return tuple(sorted(folder.glob("*.yaml")))


def read_protocol_file(
    path: Path, *, rulesets: Iterable[RuleSet] | None = None
) -> tuple[Protocol, dict[str, Any]]:
    """Read and check one protocol file; return the value and the document to store.

    The document keeps what the value does not need, such as which numbers nobody has confirmed.
    What the protocol says can be checked only with the rulesets it takes numbers from; without them
    its shape alone is.

    Raises:
        DocumentProblem: the file is not YAML, not of a protocol's shape, not named for its code, or
            asks for what its rulesets do not have.
    """
    located = read_yaml(path)
    check_shape(located, "protocol")
    document: dict[str, Any] = located.document
    if path.name.split(".")[0] != document["code"]:
        raise located.problem(f"the file must be named {document['code']}.yaml", ("code",))
    protocol = protocol_from_document(document)
    if rulesets is not None:
        check_meaning(protocol, located, rulesets)
    return protocol, document


def protocol_from_document(document: Mapping[str, Any]) -> Protocol:
    """Return the protocol that a stored document describes.

    A stored document was checked when it was published, so nothing is checked again here.
    """
    return Protocol(
        code=document["code"],
        version=document["version"],
        title=_words(document["title"]),
        product=document.get("product"),
        regions=tuple(document["regions"]),
        stages=tuple(_stage(stage) for stage in document["stages"]),
        activities=tuple(_activity(activity) for activity in document["activities"]),
        constraints=tuple(_constraint(limit) for limit in document.get("constraints", ())),
        tracks=tuple(_track(track) for track in document.get("tracks", ())),
        source=document.get("source", ""),
    )


def _stage(stage: Mapping[str, Any]) -> StageDefinition:
    return StageDefinition(
        code=stage["code"],
        title=_words(stage["title"]),
        starts_with=stage["starts_with"],
        ends_with=stage["ends_with"],
        patient_title=_words(stage.get("patient_title")),
        patient_text=_words(stage.get("patient_text")),
        gate=tuple(_gate_item(item) for item in stage.get("gate", ())),
    )


def _gate_item(item: Mapping[str, Any]) -> GateItem:
    return GateItem(
        code=item["code"],
        title=_words(item["title"]),
        evidence=Evidence(item["evidence"]),
        override=tuple(item.get("override", ())),
        source=source_of(item),
    )


def _track(track: Mapping[str, Any]) -> Track:
    return Track(code=track["code"], title=_words(track["title"]), source=source_of(track))


def _activity(activity: Mapping[str, Any]) -> ActivityDefinition:
    return ActivityDefinition(
        code=activity["code"],
        stage=activity["stage"],
        title=_words(activity["title"]),
        kind=ActivityKind(activity["kind"]),
        anchor=activity.get("anchor"),
        offset=_span(activity.get("offset", "P0D")),
        window=_window(activity.get("window", {"opens": "P0D", "closes": "P0D"})),
        not_before=tuple(_not_before(floor) for floor in activity.get("not_before", ())),
        not_after=tuple(_not_after(ceiling) for ceiling in activity.get("not_after", ())),
        roll=Roll(activity.get("roll", "nearest")),
        repeat=_repeat(activity.get("repeat")),
        regions=tuple(activity.get("regions", ())),
        tracks=tuple(activity.get("tracks", ())),
        requires=tuple(activity.get("requires", ())),
        minutes=activity.get("minutes"),
        place=_words(activity.get("place")),
        patient_title=_words(activity.get("patient_title")),
        prepare=tuple(_words(line) for line in activity.get("prepare", ())),
        watch=tuple(_words(line) for line in activity.get("watch", ())),
        visible_to_patient=activity.get("visible_to_patient", True),
        reminders=tuple(_reminder(reminder) for reminder in activity.get("reminders", ())),
        source=source_of(activity),
    )


def _constraint(limit: Mapping[str, Any]) -> Constraint:
    return Constraint(
        earlier=limit["earlier"],
        later=limit["later"],
        min=_span(limit["min"]) if "min" in limit else None,
        max=_span(limit["max"]) if "max" in limit else None,
        regions=tuple(limit.get("regions", ())),
        why=limit["why"],
        source=source_of(limit),
    )


def _reminder(reminder: Mapping[str, Any]) -> ReminderDefinition:
    return ReminderDefinition(
        code=reminder["code"],
        kind=reminder["kind"],
        audience=Audience(reminder["audience"]),
        channel=reminder["channel"],
        offset_days=reminder.get("offset_days"),
        at=reminder.get("at", "09:00"),
        expires_days=reminder.get("expires_days", 1),
        when=ReminderWhen(reminder.get("when", "always")),
        purpose=reminder.get("purpose", "comfort"),
        quiet=reminder.get("quiet", "wait"),
        asks=reminder.get("asks", False),
        first_only=reminder.get("first_only", False),
        escalate_hours=reminder.get("escalate_hours"),
        repeat=ReminderRepeat(**reminder["repeat"]) if "repeat" in reminder else None,
    )


def _window(window: Mapping[str, Any]) -> Window:
    return Window(
        opens=Duration.parse(window["opens"]),
        closes=Duration.parse(window["closes"]),
        measured_from=window.get("measured_from", "target"),
    )


def _not_before(floor: Mapping[str, Any]) -> NotBefore:
    return NotBefore(
        anchor=floor["anchor"], offset=Duration.parse(floor["offset"]), why=floor.get("why", "")
    )


def _not_after(ceiling: Mapping[str, Any]) -> NotAfter:
    return NotAfter(
        anchor=ceiling["anchor"],
        offset=Duration.parse(ceiling["offset"]),
        occurrence=ceiling.get("occurrence", 1),
        why=ceiling.get("why", ""),
    )


def _repeat(repeat: Mapping[str, Any] | None) -> Repeat | None:
    if repeat is None:
        return None
    return Repeat(count=_count(repeat["count"]), every=Duration.parse(repeat["every"]))


def _count(count: int | Mapping[str, Any]) -> int | RuleValue | TrackNumbers:
    if isinstance(count, int):
        return count
    if "tracks" in count:
        return {track: _occurrences(which) for track, which in count["tracks"].items()}
    return _rule(count)


def _occurrences(which: int | list[int]) -> tuple[int, ...]:
    """Return the occurrences of one track: so many from the first on, or those listed."""
    return tuple(range(1, which + 1) if isinstance(which, int) else sorted(which))


def _span(span: str | Mapping[str, Any]) -> Duration | RuleValue:
    return Duration.parse(span) if isinstance(span, str) else _rule(span)


def _rule(rule: Mapping[str, Any]) -> RuleValue:
    return RuleValue(key=rule["rule"], negative=rule.get("negative", False))


def _words(words: str | Mapping[str, str] | None) -> Words:
    if words is None:
        return {}
    return {"en": words} if isinstance(words, str) else dict(words)
