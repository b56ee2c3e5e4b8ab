"""Two versions of a protocol side by side: what differs, grouped by stage, activity and limit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from journeys.authoring.domain.differences import (
    ACTIVITY,
    CONSTRAINT,
    STAGE,
    Difference,
    differences,
)
from journeys.authoring.labels.differences import field_text, is_whole, value_text
from journeys.authoring.labels.spans import Titles, point_text, titles_of
from journeys.planning.domain.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One value, old and new; both are empty strings where there was nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Everything that differs in one part; `change` is added, removed or changed."""

    section: str
    title: str
    change: str
    lines: tuple[Line, ...]


def comparison(before: Protocol, after: Protocol) -> tuple[Group, ...]:
    """Return the differences in words."""
    titles = (titles_of(before), titles_of(after))
    found = differences(before, after)
    return tuple(
        _group(section, code, list(group), titles)
        for (section, code), group in groupby(found, key=lambda one: (one.section, one.code))
    )


def _group(
    section: str, code: str, found: list[Difference], titles: tuple[Titles, Titles]
) -> Group:
    first = found[0]
    change = "changed"
    if is_whole(first):
        change = "added" if first.before is None else "removed"
    return Group(
        section=str(_sections()[section]),
        title=_title(section, code, titles),
        change=change,
        lines=tuple(_lines(found, titles)),
    )


def _title(section: str, code: str, titles: tuple[Titles, Titles]) -> str:
    before, after = titles
    if section == ACTIVITY:
        return after.get(code) or before.get(code, code)
    if section == CONSTRAINT:
        ends, _mark, rest = code.partition(" (")
        words = " → ".join(point_text(end, {**before, **after}) for end in ends.split(" → "))
        return f"{words} ({rest}" if rest else words
    if section == STAGE:
        return code.replace("_", " ").capitalize()
    return str(_("The protocol as a whole"))


def _lines(found: Iterable[Difference], titles: tuple[Titles, Titles]) -> Iterator[Line]:
    before, after = titles
    for one in found:
        if is_whole(one) and one.section != CONSTRAINT:
            continue
        name = field_text(one.field) if one.field else _("Limit")
        yield Line(
            name=f"{name} ({one.row})" if one.row else name,
            before=value_text(one, one.before, before),
            after=value_text(one, one.after, after),
        )


def _sections() -> dict[str, str]:
    return {
        "protocol": _("Protocol"),
        "stage": _("Stage"),
        "activity": _("Activity"),
        "constraint": _("Limit"),
    }
