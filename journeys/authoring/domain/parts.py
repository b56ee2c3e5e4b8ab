"""The parts of a protocol's document: found by code, replaced, added and removed.

Every function returns a new document and leaves the given one as it is.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
STAGES, ACTIVITIES, CONSTRAINTS = "stages", "activities", "constraints"
LONGEST_CODE = 40


class NoSuchPart(LookupError):
    """The document has no part of this code or number."""


class StillNeeded(Exception):
    """A part cannot go while others count from it."""

    def __init__(self, users: tuple["Use", ...]) -> None:
        super().__init__(", ".join(f"{use.section}.{use.code}" for use in users))
        self.users = users


@dataclass(frozen=True, slots=True)
class Use:
    """A part that speaks of an activity: an activity or stage by code, a constraint by number."""

    section: str
    code: str


def place_of(document: Mapping[str, Any], section: str, code: str) -> int:
    """Return the place of the part with this code.

    Raises:
        NoSuchPart: there is none.
    """
    for place, part in enumerate(document[section]):
        if part["code"] == code:
            return place
    raise NoSuchPart(code)


def part_at(document: Mapping[str, Any], section: str, place: int) -> dict[str, Any]:
    """Return the part at a place.

    Raises:
        NoSuchPart: the section is shorter.
    """
    parts = document.get(section, [])
    if not 0 <= place < len(parts):
        raise NoSuchPart(f"{section}[{place}]")
    found: dict[str, Any] = parts[place]
    return found


def replaced(document: Document, section: str, place: int, part: dict[str, Any]) -> Document:
    """Return the document with another part at a place."""
    parts = list(document[section])
    parts[place] = part
    return {**document, section: parts}


def added(document: Document, section: str, part: dict[str, Any], *, stage: str = "") -> Document:
    """Return the document with one more part: an activity after the last one of its stage."""
    parts = list(document.get(section, []))
    same = [place for place, other in enumerate(parts) if stage and other.get("stage") == stage]
    parts.insert(same[-1] + 1 if same else len(parts), part)
    return {**document, section: parts}


def without_constraint(document: Document, place: int) -> Document:
    """Return the document without one constraint.

    Raises:
        NoSuchPart: it has fewer.
    """
    part_at(document, CONSTRAINTS, place)
    kept = [part for number, part in enumerate(document[CONSTRAINTS]) if number != place]
    return {**document, CONSTRAINTS: kept}


def without_activity(document: Document, code: str) -> Document:
    """Return the document without an activity, its constraints, and the mention in `requires`.

    Raises:
        NoSuchPart: there is no such activity.
        StillNeeded: others count from it, or a stage begins or ends with it.
    """
    place = place_of(document, ACTIVITIES, code)
    users = tuple(_counting_from(document, code))
    if users:
        raise StillNeeded(users)
    kept = [_not_requiring(part, code) for part in document[ACTIVITIES]]
    del kept[place]
    limits = [part for part in document.get(CONSTRAINTS, []) if not _limits(part, code)]
    changed = {**document, ACTIVITIES: kept}
    return {**changed, CONSTRAINTS: limits} if CONSTRAINTS in document else changed


def goes_along(document: Mapping[str, Any], code: str) -> tuple[Use, ...]:
    """Return what is changed or removed together with an activity."""
    return (
        *(
            Use(ACTIVITIES, part["code"])
            for part in document[ACTIVITIES]
            if code in part.get("requires", [])
        ),
        *(
            Use(CONSTRAINTS, str(place))
            for place, part in enumerate(document.get(CONSTRAINTS, []))
            if _limits(part, code)
        ),
    )


def code_for(title: str, taken: Iterable[str]) -> str:
    """Return a code for a new activity, made of its title and not used yet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    base = "_".join(words)[: LONGEST_CODE - 3].strip("_") or "activity"
    base = base if base[0].isalpha() else f"a_{base}"[: LONGEST_CODE - 3].strip("_")
    used = set(taken)
    code, number = base, 2
    while code in used:
        code, number = f"{base}_{number}", number + 1
    return code


def _counting_from(document: Mapping[str, Any], code: str) -> Iterator[Use]:
    for part in document[ACTIVITIES]:
        limits = [*part.get("not_before", []), *part.get("not_after", [])]
        anchors = [part.get("anchor"), *(limit["anchor"] for limit in limits)]
        if part["code"] != code and any(_is_of(anchor, code) for anchor in anchors):
            yield Use(ACTIVITIES, part["code"])
    for part in document[STAGES]:
        if _is_of(part["starts_with"], code) or _is_of(part["ends_with"], code):
            yield Use(STAGES, part["code"])


def _limits(constraint: Mapping[str, Any], code: str) -> bool:
    return _is_of(constraint["earlier"], code) or _is_of(constraint["later"], code)


def _is_of(point: str | None, code: str) -> bool:
    return point is not None and point.partition("#")[0] == code


def _not_requiring(part: dict[str, Any], code: str) -> dict[str, Any]:
    if code not in part.get("requires", []):
        return part
    changed = {**part, "requires": [other for other in part["requires"] if other != code]}
    return changed if changed["requires"] else {k: v for k, v in changed.items() if k != "requires"}
