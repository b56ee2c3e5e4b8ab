"""YAML read as plain data, each key and item with its line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from journeys.planning.documents.problem import DocumentProblem, Key

# Far above any protocol, far below what a nest of aliases can unfold into.
MOST_VALUES = 50_000


class PlainLoader(yaml.SafeLoader):
    """YAML with text, whole numbers, true, false and null, and nothing else.

    YAML 1.1 would read 09:00 as 540, the region `no` as false and 2026-01-01 as a date object.
    """

    yaml_implicit_resolvers = {}  # its own: nothing is inherited, nothing leaks to other loaders


PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""]
)
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), "tf")
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), "-0123456789"
)

SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:null": lambda _: None,
}
PLAIN_TAGS = {*SCALARS, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


@dataclass(frozen=True, slots=True)
class Located:
    """A document as plain data, and where in which file each part of it stands."""

    document: Any
    file: str
    lines: Mapping[Key, int]

    def problem(self, message: str, key: Key) -> DocumentProblem:
        """Return the problem at this key, or at the nearest part around it that has a line."""
        known = key
        while known and known not in self.lines:
            known = known[:-1]
        return DocumentProblem(message, key=key, line=self.lines.get(known, 1), file=self.file)


def read_yaml(path: Path) -> Located:
    """Read one YAML file.

    Raises:
        DocumentProblem: the file is not UTF-8 YAML with one document of plain values and no key
            given twice.
    """
    try:
        loader = PlainLoader(path.read_text("utf-8"))
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        told = ", ".join(part for part in (error.context, error.problem) if part)
        raise DocumentProblem(f"not YAML: {told}", line=line, file=path.name) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DocumentProblem(f"not text in UTF-8: {error}", file=path.name) from error
    if node is None:
        raise DocumentProblem("the file is empty", file=path.name)
    reading = _Reading(path.name)
    document = reading.value(node, ())
    return Located(document=document, file=path.name, lines=reading.lines)


@dataclass(slots=True)
class _Reading:
    """One walk over the nodes of a file, which notes the lines on its way."""

    file: str
    lines: dict[Key, int] = field(default_factory=dict)
    around: list[yaml.Node] = field(default_factory=list)

    def value(self, node: yaml.Node, key: Key) -> Any:
        """Return the plain value of a node."""
        self.lines.setdefault(key, self.line_of(node))
        if node.tag not in PLAIN_TAGS:
            raise self.refuse(f"the tag {_short(node.tag)} is not allowed here", node, key)
        if isinstance(node, yaml.ScalarNode):
            return SCALARS[node.tag](node.value)
        if any(node is outer for outer in self.around) or len(self.lines) > MOST_VALUES:
            raise self.refuse("the aliases never come to an end", node, key)
        self.around.append(node)
        inside = (
            self.mapping(node, key)
            if isinstance(node, yaml.MappingNode)
            else [self.value(item, (*key, n)) for n, item in enumerate(node.value)]
        )
        self.around.pop()
        return inside

    def mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        """Return a map; a key that stands twice would silently hide the first one."""
        pairs: dict[str, Any] = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                raise self.refuse("a key must be a word", name_node, key)
            name = name_node.value
            inner = (*key, name)
            if name in pairs:
                first = self.lines[inner]
                raise self.refuse(f"this key already stands in line {first}", name_node, inner)
            self.lines[inner] = self.line_of(name_node)
            pairs[name] = self.value(value_node, inner)
        return pairs

    def refuse(self, message: str, node: yaml.Node, key: Key) -> DocumentProblem:
        """Return the problem at a node."""
        return DocumentProblem(message, key=key, line=self.line_of(node), file=self.file)

    def line_of(self, node: yaml.Node) -> int:
        """Return the line a node starts on, counted from 1."""
        return int(node.start_mark.line) + 1


def _short(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")
