"""The points of a draft that something may count from, as choices of a form."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from journeys.authoring.labels.spans import point_text, titles_of
from journeys.planning.domain.protocol import Protocol, Repeat, RuleValue, point_of

MOST_NUMBERED = 30
Choices = list[tuple[str, Any]]


def point_choices(protocol: Protocol, *, current: str = "", empty: Promise | str = "") -> Choices:
    """Return every known point in groups, and the current one although nothing goes by it."""
    titles = titles_of(protocol)
    groups: Choices = [
        (_("Activities"), [(point, point_text(point, titles)) for point in _points(protocol)]),
        (_("Stages"), list(_ends(protocol, titles))),
    ]
    known = {point for _group, points in groups for point, _text in points}
    first: Choices = [("", empty)] if empty else []
    if current and current not in known:
        first.append((current, _("%(point)s (unknown)") % {"point": current}))
    return [*first, *groups]


def _points(protocol: Protocol) -> Iterator[str]:
    for definition in protocol.activities:
        yield definition.code
        if definition.repeat is not None:
            for number in _numbers(definition.repeat):
                yield point_of(definition.code, number)
            yield f"{definition.code}#last"


def _numbers(repeat: Repeat) -> list[int]:
    """Return the occurrences after the first; of a count by label rule nobody knows them yet."""
    count = repeat.count
    if isinstance(count, RuleValue):
        return []
    known = range(1, count + 1) if isinstance(count, int) else chain.from_iterable(count.values())
    return sorted(set(known) - {1})[:MOST_NUMBERED]


def _ends(protocol: Protocol, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for stage in protocol.stages:
        for end in ("start", "end"):
            point = f"{stage.code}.{end}"
            yield point, titles[point]
