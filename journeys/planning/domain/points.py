"""The names of a protocol's points: occurrences, the two ends of a stage, and `CODE#last`."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from journeys.planning.domain.protocol import Point, StageDefinition, point_of

NUMBER = "#"
LAST = "#last"


class UnknownPoint(LookupError):
    """No activity or stage of the protocol goes by this name; `matches` are the closest that do."""

    def __init__(self, name: str, matches: Iterable[str]) -> None:
        self.name = name
        self.matches = tuple(matches)
        hint = f"; did you mean {' or '.join(self.matches)}?" if self.matches else ""
        super().__init__(f"unknown point {name!r}{hint}")


class PointNames:
    """Every name under which a point of one protocol is known."""

    def __init__(
        self, numbers: Mapping[str, Sequence[int]], stages: Iterable[StageDefinition]
    ) -> None:
        self._points: dict[str, Point] = {}
        for code, of_code in numbers.items():
            for number in of_code:
                self._points[f"{code}{NUMBER}{number}"] = point_of(code, number)
                self._points[point_of(code, number)] = point_of(code, number)
            if of_code:
                self._points[code + LAST] = point_of(code, of_code[-1])
        self._aliases: dict[str, str] = {}
        for stage in stages:
            self._aliases[f"{stage.code}.start"] = stage.starts_with
            self._aliases[f"{stage.code}.end"] = stage.ends_with

    def resolve(self, name: str) -> Point:
        """Return the point that goes by this name.

        Raises:
            UnknownPoint: nothing does, or a stage's ends are defined by each other.
        """
        point = self._points.get(name)
        if point is not None:
            return point
        target, seen = name, {name}
        while target in self._aliases:
            target = self._aliases[target]
            if target in seen:
                raise UnknownPoint(name, ())
            seen.add(target)
        if target not in self._points:
            raise UnknownPoint(target, self._close_to(target))
        self._points[name] = self._points[target]
        return self._points[name]

    def knows(self, name: str) -> bool:
        """Tell whether something goes by this name."""
        try:
            self.resolve(name)
        except UnknownPoint:
            return False
        return True

    def _close_to(self, name: str) -> list[str]:
        """Return the names that may be meant; with a number only when one was written."""
        known = [*self._points, *self._aliases]
        is_numbered = NUMBER in name
        return get_close_matches(
            name, [word for word in known if is_numbered or NUMBER not in word]
        )
