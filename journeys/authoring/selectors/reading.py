"""A protocol as a person reads it: stages, activities and limits in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from journeys.authoring.labels.differences import region_text
from journeys.authoring.labels.spans import (
    Titles,
    constraint_text,
    gate_text,
    point_text,
    reminder_text,
    timing_lines,
    titles_of,
)
from journeys.authoring.labels.words import KIND_LABELS, said
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    Constraint,
    Protocol,
    StageDefinition,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderReading:
    """One rule for a message, and which text it sends."""

    text: str
    kind: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityReading:
    """One activity: when it is due, what it needs, what the patient reads and is sent."""

    code: str
    title: str
    kind: str
    timing: tuple[str, ...]
    requires: str
    regions: str
    tracks: str
    minutes: int | None
    place: str
    patient_title: str
    is_hidden: bool
    prepare: tuple[str, ...]
    watch: tuple[str, ...]
    reminders: tuple[ReminderReading, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReading:
    """One stage with its activities in the protocol's order."""

    code: str
    title: str
    bounds: tuple[str, str]
    patient_title: str
    patient_text: str
    gate: tuple[str, ...]
    activities: tuple[ActivityReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintReading:
    """One limit; `place` is its number in the document, counted from 0."""

    place: int
    text: str
    why: str
    source: str
    regions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The whole protocol; `astray` are activities whose stage does not exist."""

    title: str
    regions: str
    source: str
    tracks: tuple[str, ...]
    stages: tuple[StageReading, ...]
    astray: tuple[ActivityReading, ...]
    constraints: tuple[ConstraintReading, ...]


def reading(protocol: Protocol) -> Reading:
    """Return a protocol in words."""
    titles = titles_of(protocol)
    stages = {stage.code for stage in protocol.stages}
    return Reading(
        title=said(protocol.title),
        regions=", ".join(region_text(region) for region in protocol.regions),
        source=protocol.source,
        tracks=tuple(said(track.title) for track in protocol.tracks),
        stages=tuple(_stage(stage, protocol, titles) for stage in protocol.stages),
        astray=tuple(
            _activity(definition, titles)
            for definition in protocol.activities
            if definition.stage not in stages
        ),
        constraints=tuple(_constraints(protocol.constraints, titles)),
    )


def _stage(stage: StageDefinition, protocol: Protocol, titles: Titles) -> StageReading:
    return StageReading(
        code=stage.code,
        title=said(stage.title),
        bounds=(point_text(stage.starts_with, titles), point_text(stage.ends_with, titles)),
        patient_title=said(stage.patient_title),
        patient_text=said(stage.patient_text),
        gate=tuple(gate_text(item) for item in stage.gate),
        activities=tuple(
            _activity(definition, titles)
            for definition in protocol.activities
            if definition.stage == stage.code
        ),
    )


def _activity(definition: ActivityDefinition, titles: Titles) -> ActivityReading:
    return ActivityReading(
        code=definition.code,
        title=said(definition.title),
        kind=str(KIND_LABELS[definition.kind]),
        timing=tuple(timing_lines(definition, titles)),
        requires=", ".join(point_text(code, titles) for code in definition.requires),
        regions=", ".join(region_text(region) for region in definition.regions),
        tracks=", ".join(track.replace("-", " ") for track in definition.tracks),
        minutes=definition.minutes,
        place=said(definition.place),
        patient_title=said(definition.patient_title),
        is_hidden=not definition.visible_to_patient,
        prepare=tuple(said(line) for line in definition.prepare),
        watch=tuple(said(line) for line in definition.watch),
        reminders=tuple(
            ReminderReading(text=reminder_text(one), kind=one.kind, channel=one.channel)
            for one in definition.reminders
        ),
        source=definition.source,
    )


def _constraints(
    constraints: tuple[Constraint, ...], titles: Titles
) -> Iterator[ConstraintReading]:
    for place, constraint in enumerate(constraints):
        yield ConstraintReading(
            place=place,
            text=constraint_text(constraint, titles),
            why=constraint.why,
            source=constraint.source,
            regions=", ".join(region_text(region) for region in constraint.regions),
        )
