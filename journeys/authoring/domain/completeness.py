"""What a protocol still lacks before it may be published, beyond what the planner asks for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from journeys.planning.domain.planned import Plan, PlannedActivity
from journeys.planning.domain.problems import Key
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    ActivityKind,
    Protocol,
)
from journeys.planning.domain.reminding import Audience, ReminderDefinition, ReminderWhen

# Whether there is a text for a kind of message on a channel, and whether it gives nothing away.
HasText = Callable[[str, str], bool]
IsNeutral = Callable[[str, str], bool]

# Those who read what is meant for patients.
OUTSIDE = (Audience.PATIENT, Audience.CAREGIVER)


class GapKind(StrEnum):
    """One thing that is missing or does not fit."""

    EMPTY_STAGE = "empty_stage"
    NO_REMINDER_TEXT = "no_reminder_text"
    TEXT_NOT_NEUTRAL = "text_not_neutral"
    REMINDER_TWICE = "reminder_twice"
    REMINDER_WITHOUT_TITLE = "reminder_without_title"
    REMINDER_ABOUT_HIDDEN = "reminder_about_hidden"
    REMINDER_WITHOUT_DAY = "reminder_without_day"
    REMINDER_ASKS_NOBODY = "reminder_asks_nobody"
    CONTACT_NOT_BY_PHONE = "contact_not_by_phone"
    WINDOWS_OVERLAP = "windows_overlap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What is missing, its place in the document, and the words in question."""

    kind: GapKind
    key: Key
    names: tuple[str, ...] = ()


def gaps(protocol: Protocol, *, has_text: HasText, is_neutral: IsNeutral) -> Iterator[Gap]:
    """Yield what is missing in the stages and the reminders."""
    used = {definition.stage for definition in protocol.activities}
    for place, stage in enumerate(protocol.stages):
        if stage.code not in used:
            yield Gap(kind=GapKind.EMPTY_STAGE, key=("stages", place, "code"), names=(stage.code,))
    for place, definition in enumerate(protocol.activities):
        yield from _text_gaps(place, definition, has_text, is_neutral)
        yield from _reminder_gaps(place, definition)


def overlaps(protocol: Protocol, plan: Plan) -> Iterator[Gap]:
    """Yield the visits whose windows share a day with the next visit's of a plan.

    A visit on such a day could be either, and a registry would not know which one was reported.
    That counts for occurrences of one visit and for visits that come once; a scan that is repeated
    on its own rhythm may meet another visit on purpose.
    """
    places = {definition.code: place for place, definition in enumerate(protocol.activities)}
    singles = {d.code for d in protocol.activities if d.repeat is None}
    visits = [
        planned
        for planned in plan.activities
        if protocol.activities[places[planned.code]].kind is ActivityKind.VISIT
        and planned.opens is not None
    ]
    ordered = sorted(visits, key=_opens)
    for first, second in pairwise(ordered):
        is_either = first.code == second.code or {first.code, second.code} <= singles
        if is_either and first.closes is not None and first.closes >= _opens(second):
            yield Gap(
                kind=GapKind.WINDOWS_OVERLAP,
                key=("activities", places[second.code], "window"),
                names=(first.point, second.point),
            )


def once(found: Iterable[Gap]) -> tuple[Gap, ...]:
    """Return each kind of gap once per place."""
    kept: dict[tuple[GapKind, Key], Gap] = {}
    for gap in found:
        kept.setdefault((gap.kind, gap.key), gap)
    return tuple(kept.values())


def _text_gaps(
    place: int, definition: ActivityDefinition, has_text: HasText, is_neutral: IsNeutral
) -> Iterator[Gap]:
    for number, reminder in enumerate(definition.reminders):
        key: Key = ("activities", place, "reminders", number, "kind")
        names = (reminder.kind, reminder.channel)
        if not has_text(*names):
            yield Gap(kind=GapKind.NO_REMINDER_TEXT, key=key, names=names)
        elif not is_neutral(*names):
            yield Gap(kind=GapKind.TEXT_NOT_NEUTRAL, key=key, names=names)


def _reminder_gaps(place: int, definition: ActivityDefinition) -> Iterator[Gap]:
    seen: set[str] = set()
    for number, reminder in enumerate(definition.reminders):
        key: Key = ("activities", place, "reminders", number)
        if reminder.code in seen:
            yield Gap(kind=GapKind.REMINDER_TWICE, key=(*key, "code"), names=(reminder.code,))
        seen.add(reminder.code)
        if reminder.offset_days is None and reminder.when != ReminderWhen.BOOKED:
            yield Gap(kind=GapKind.REMINDER_WITHOUT_DAY, key=(*key, "when"))
        yield from _audience_gaps(place, definition, reminder, key)


def _audience_gaps(
    place: int, definition: ActivityDefinition, reminder: ReminderDefinition, key: Key
) -> Iterator[Gap]:
    """Yield what keeps a message from the one it is for."""
    if reminder.audience in OUTSIDE and not definition.patient_title:
        title: Key = ("activities", place, "patient_title")
        yield Gap(kind=GapKind.REMINDER_WITHOUT_TITLE, key=title)
    if reminder.audience in OUTSIDE and not definition.visible_to_patient:
        yield Gap(kind=GapKind.REMINDER_ABOUT_HIDDEN, key=(*key, "audience"))
    if reminder.audience is Audience.CAREGIVER and reminder.channel != "sms":
        yield Gap(kind=GapKind.CONTACT_NOT_BY_PHONE, key=(*key, "channel"))
    can_answer = reminder.audience is Audience.PATIENT and reminder.when is ReminderWhen.BOOKED
    if reminder.asks and not can_answer:
        yield Gap(kind=GapKind.REMINDER_ASKS_NOBODY, key=(*key, "asks"))


def _opens(planned: PlannedActivity) -> date:
    assert planned.opens is not None  # noqa: S101 - only dated visits come here
    return planned.opens
