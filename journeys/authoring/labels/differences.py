"""What differs between two versions of a protocol, in words."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carttrack.accounts.domain import Region
from carttrack.accounts.labels import REGION_LABELS
from journeys.authoring.domain.differences import CONSTRAINT, Difference
from journeys.authoring.labels.spans import (
    Titles,
    ceiling_text,
    constraint_text,
    floor_text,
    gate_text,
    number_text,
    point_text,
    reminder_text,
    repeat_text,
    window_text,
)
from journeys.authoring.labels.words import KIND_LABELS, ROLL_LABELS, said
from journeys.planning.domain.protocol import Constraint, Track

FIELD_LABELS: dict[str, Promise] = {
    "title": gettext_lazy("Title"),
    "regions": gettext_lazy("Regions"),
    "product": gettext_lazy("Product"),
    "source": gettext_lazy("Source"),
    "starts_with": gettext_lazy("Starts with"),
    "ends_with": gettext_lazy("Ends with"),
    "patient_title": gettext_lazy("Title for the patient"),
    "patient_text": gettext_lazy("Text for the patient"),
    "stage": gettext_lazy("Stage"),
    "kind": gettext_lazy("Kind"),
    "anchor": gettext_lazy("Counts from"),
    "offset": gettext_lazy("Target"),
    "window": gettext_lazy("Window"),
    "not_before": gettext_lazy("Never before"),
    "not_after": gettext_lazy("Never after"),
    "roll": gettext_lazy("On a closed day"),
    "repeat": gettext_lazy("Repeats"),
    "requires": gettext_lazy("Only after"),
    "minutes": gettext_lazy("Takes"),
    "place": gettext_lazy("Place"),
    "prepare": gettext_lazy("How to prepare"),
    "watch": gettext_lazy("What to watch for"),
    "visible_to_patient": gettext_lazy("The patient sees it"),
    "reminders": gettext_lazy("Message"),
    "earlier": gettext_lazy("Earlier point"),
    "later": gettext_lazy("Later point"),
    "min": gettext_lazy("At least"),
    "max": gettext_lazy("At most"),
    "why": gettext_lazy("Reason"),
    "gate": gettext_lazy("Checked before"),
    "tracks": gettext_lazy("Follow-up tracks"),
}


def field_text(name: str) -> str:
    """Return what a value is called; one that nobody has named stands for itself."""
    return str(FIELD_LABELS.get(name, name.replace("_", " ")))


def region_text(region: str) -> str:
    """Return a region's name."""
    return str(REGION_LABELS[Region(region)]) if region in set(Region) else region


def value_text(difference: Difference, value: Any, titles: Titles) -> str:
    """Return one side of a difference; empty when there is nothing."""
    if value is None or value in ((), "", {}):
        return ""
    if isinstance(value, Constraint):
        return constraint_text(value, titles)
    if not difference.field:
        return said(value.title)
    ways: dict[str, Callable[[Any], str]] = {
        "title": said,
        "patient_title": said,
        "patient_text": said,
        "place": said,
        "regions": lambda regions: ", ".join(region_text(region) for region in regions),
        "kind": lambda kind: str(KIND_LABELS[kind]),
        "roll": lambda roll: str(ROLL_LABELS[roll]),
        "anchor": lambda point: point_text(point, titles),
        "starts_with": lambda point: point_text(point, titles),
        "ends_with": lambda point: point_text(point, titles),
        "offset": number_text,
        "min": number_text,
        "max": number_text,
        "window": lambda window: window_text(window, _("the day it counts from")),
        "repeat": repeat_text,
        "requires": lambda codes: ", ".join(point_text(code, titles) for code in codes),
        "prepare": lambda lines: " · ".join(said(line) for line in lines),
        "watch": lambda lines: " · ".join(said(line) for line in lines),
        "not_before": lambda rows: "; ".join(floor_text(row, titles) for row in rows),
        "not_after": lambda rows: "; ".join(ceiling_text(row, titles) for row in rows),
        "reminders": reminder_text,
        "gate": lambda items: " · ".join(gate_text(item) for item in items),
        "tracks": _tracks_text,
        "minutes": lambda minutes: _("%(count)d minutes") % {"count": minutes},
        "visible_to_patient": lambda yes: _("yes") if yes else _("no"),
    }
    return ways.get(difference.field, str)(value)


def _tracks_text(tracks: Iterable[Track | str]) -> str:
    return ", ".join(track if isinstance(track, str) else said(track.title) for track in tracks)


def is_whole(difference: Difference) -> bool:
    """Tell whether a whole part came or went."""
    return not difference.field and difference.section in {"stage", "activity", CONSTRAINT}
