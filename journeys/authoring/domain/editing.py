"""From a part of a protocol's document to the values of a form, and back into the part."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from journeys.authoring.domain.merging import (
    Part,
    english,
    put,
    put_lines,
    put_span,
    put_words,
)

Values = Mapping[str, Any]
NOW = "P0D"
TARGET = "target"
NINE = "09:00"
MOST_REPEATS = 100  # as the schema has it
NUMBER = re.compile(r"[1-9][0-9]{0,2}")


def protocol_values(document: Part) -> dict[str, Any]:
    """Return what the form of the whole protocol shows."""
    return {
        "title": english(document["title"]),
        "regions": list(document["regions"]),
        "source": document.get("source", ""),
    }


def protocol_with(document: Part, values: Values) -> dict[str, Any]:
    """Return the document with the values of its form."""
    changed = dict(document)
    put_words(changed, "title", values["title"])
    put(changed, "regions", in_order(document["regions"], values["regions"]))
    put(changed, "source", values["source"])
    return changed


def stage_values(part: Part) -> dict[str, Any]:
    """Return what the form of a stage shows."""
    return {
        "title": english(part["title"]),
        "patient_title": english(part.get("patient_title")),
        "patient_text": english(part.get("patient_text")),
        "starts_with": part["starts_with"],
        "ends_with": part["ends_with"],
    }


def stage_with(part: Part, values: Values) -> dict[str, Any]:
    """Return the stage with the values of its form."""
    changed = dict(part)
    for key in ("title", "patient_title", "patient_text"):
        put_words(changed, key, values[key])
    for key in ("starts_with", "ends_with"):
        put(changed, key, values[key])
    return changed


def activity_values(part: Part) -> dict[str, Any]:
    """Return what the form of an activity shows; its lists are read by `rows_of`."""
    window = part.get("window", {})
    repeat = part.get("repeat", {})
    count = repeat.get("count")
    by = count if isinstance(count, Mapping) else {}
    return {
        "title": english(part["title"]),
        "stage": part["stage"],
        "kind": part["kind"],
        "anchor": part.get("anchor", ""),
        "offset": part.get("offset", NOW),
        "window_opens": window.get("opens", NOW),
        "window_closes": window.get("closes", NOW),
        "measured_from": window.get("measured_from", TARGET),
        "roll": part.get("roll", "nearest"),
        "repeat_count": count if isinstance(count, int) else None,
        "repeat_rule": by.get("rule", ""),
        "repeat_tracks": {code: which_text(which) for code, which in by.get("tracks", {}).items()},
        "repeat_every": repeat.get("every"),
        "regions": list(part.get("regions", [])),
        "tracks": list(part.get("tracks", [])),
        "requires": list(part.get("requires", [])),
        "minutes": part.get("minutes"),
        "place": english(part.get("place")),
        "patient_title": english(part.get("patient_title")),
        "prepare": "\n".join(english(line) for line in part.get("prepare", [])),
        "watch": "\n".join(english(line) for line in part.get("watch", [])),
        "visible_to_patient": part.get("visible_to_patient", True),
        "source": part.get("source", ""),
        "confirm": part.get("confirm", False),
    }


def activity_with(
    part: Part, values: Values, rows: Mapping[str, Iterable[Values]]
) -> dict[str, Any]:
    """Return the activity with the values of its form and of its lists."""
    changed = dict(part)
    for key in ("title", "place", "patient_title"):
        put_words(changed, key, values[key])
    for key in ("stage", "kind", "anchor", "minutes", "source"):
        put(changed, key, values[key])
    put(changed, "roll", values["roll"], default="nearest")
    put(changed, "visible_to_patient", values["visible_to_patient"], default=True)
    put(changed, "confirm", values["confirm"], default=False)
    put_span(changed, "offset", values["offset"], default=NOW)
    for key in ("regions", "tracks", "requires"):
        put(changed, key, in_order(part.get(key, []), values[key]))
    for key in ("prepare", "watch"):
        put_lines(changed, key, (line for line in values[key].splitlines() if line.strip()))
    put(changed, "window", _window(part.get("window"), values))
    put(changed, "repeat", _repeat(part.get("repeat"), values))
    for key, typed in rows.items():
        put(changed, key, [_row(part.get(key, []), row, key) for row in typed])
    return changed


def rows_of(part: Part, key: str) -> list[dict[str, Any]]:
    """Return what the rows of one list of an activity show; `was` is the place of each."""
    return [
        {**ROW_DEFAULTS[key], **_apart(row), "was": place}
        for place, row in enumerate(part.get(key, []))
    ]


def _apart(row: Part) -> dict[str, Any]:
    """Return the row with a message's rhythm as the two fields that show it."""
    rhythm = row.get("repeat")
    shown = {name: value for name, value in row.items() if name != "repeat"}
    if rhythm:
        shown |= {"repeat_days": rhythm["every_days"], "repeat_times": rhythm["times"]}
    return shown


def constraint_values(part: Part) -> dict[str, Any]:
    """Return what the form of a constraint shows."""
    return {
        "earlier": part["earlier"],
        "later": part["later"],
        "min": part.get("min"),
        "max": part.get("max"),
        "regions": list(part.get("regions", [])),
        "why": part["why"],
        "source": part.get("source", ""),
        "confirm": part.get("confirm", False),
    }


def constraint_with(part: Part, values: Values) -> dict[str, Any]:
    """Return the constraint with the values of its form."""
    changed = dict(part)
    for key in ("earlier", "later", "why", "source"):
        put(changed, key, values[key])
    for key in ("min", "max"):
        put_span(changed, key, values[key])
    put(changed, "regions", in_order(part.get("regions", []), values["regions"]))
    put(changed, "confirm", values["confirm"], default=False)
    return changed


def which_text(which: int | Iterable[int]) -> str:
    """Return how often, or which ones, as people write it: "15", or "1-6, 8, 10"."""
    if isinstance(which, int):
        return str(which)
    runs: list[list[int]] = []
    for number in sorted(which):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def which_of(text: str) -> int | list[int]:
    """Read what `which_text` writes: one number counts from the first on, several name them.

    Raises:
        ValueError: the text is neither.
    """
    numbers: list[int] = []
    for part in text.replace("\u2013", "-").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        last = last if dash else first
        if not (NUMBER.fullmatch(first) and NUMBER.fullmatch(last)):
            raise ValueError(text)
        numbers += range(int(first), int(last) + 1)
    if not numbers or max(numbers) > MOST_REPEATS:
        raise ValueError(text)
    return numbers[0] if NUMBER.fullmatch(text.strip()) else sorted(set(numbers))


def in_order(before: Iterable[str], chosen: Iterable[str]) -> list[str]:
    """Return what was chosen, first what was there before in its order, then the rest."""
    wanted = list(chosen)
    kept = [value for value in before if value in wanted]
    return [*kept, *(value for value in wanted if value not in kept)]


ROW_DEFAULTS: dict[str, dict[str, Any]] = {
    "reminders": {
        "offset_days": None,
        "at": NINE,
        "expires_days": 1,
        "when": "always",
        "purpose": "comfort",
        "quiet": "wait",
        "asks": False,
        "first_only": False,
        "escalate_hours": None,
    },
    "not_before": {"why": ""},
    "not_after": {"why": "", "occurrence": 1},
}


# The place of a row, and the two fields that are one key of the document.
NOT_OF_A_ROW = ("was", "repeat_days", "repeat_times")


def _row(before: list[dict[str, Any]], values: Values, key: str) -> dict[str, Any]:
    """Return one row of a list: the one it was, with what was typed."""
    was = values["was"]
    row = deepcopy(before[was]) if was is not None and was < len(before) else {}
    for name, value in values.items():
        if name == "offset":
            put_span(row, name, value)
        elif name not in NOT_OF_A_ROW:
            put(row, name, value, default=ROW_DEFAULTS[key].get(name))
    if "repeat_times" in values:
        put(row, "repeat", _rhythm(values))
    return row


def _rhythm(values: Values) -> dict[str, int] | None:
    """Return how often a message comes; one that comes once has no rhythm."""
    days, times = values["repeat_days"], values["repeat_times"]
    return {"every_days": days, "times": times} if days and times else None


def _window(before: Part | None, values: Values) -> dict[str, Any] | None:
    window = dict(before or {})
    put_span(window, "opens", values["window_opens"])
    put_span(window, "closes", values["window_closes"])
    put(window, "measured_from", values["measured_from"], default=TARGET)
    is_default = window == {"opens": NOW, "closes": NOW}
    return None if before is None and is_default else window


def _repeat(before: Part | None, values: Values) -> dict[str, Any] | None:
    count, rule, tracks = (values[f"repeat_{key}"] for key in ("count", "rule", "tracks"))
    if count is None and not rule and not tracks:
        return None
    repeat = dict(before or {})
    put_span(repeat, "every", values["repeat_every"])
    if rule:
        put(repeat, "count", {"rule": rule})
    elif tracks:
        put(repeat, "count", {"tracks": _by_track(repeat.get("count"), tracks)})
    else:
        put(repeat, "count", count)
    return repeat


def _by_track(before: Any, tracks: Mapping[str, str]) -> dict[str, Any]:
    """Return the numbers of every track; a text that says what stood there changes nothing."""
    former = before.get("tracks", {}) if isinstance(before, Mapping) else {}
    return {
        code: former[code]
        if code in former and which_text(former[code]) == which_text(which_of(text))
        else which_of(text)
        for code, text in tracks.items()
    }
