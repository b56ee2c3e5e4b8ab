"""Putting what a person typed into a document without touching what they left alone.

A protocol's document says more than a form shows: texts in other languages, a span written P4W, a
key that spells out its default. What still means the same keeps its spelling, so that a form saved
without a change gives the same checksum.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from journeys.planning.domain.duration import Duration

Part = Mapping[str, Any]
ENGLISH = "en"


def english(words: str | Mapping[str, str] | None) -> str:
    """Return the English text of a part's words, on one line."""
    text = words.get(ENGLISH, "") if isinstance(words, Mapping) else words or ""
    return one_line(text)


def one_line(text: str) -> str:
    """Return a text with every run of white space as one space, as files and forms differ in it."""
    return " ".join(text.split())


def put(part: dict[str, Any], key: str, value: Any, *, default: Any = None) -> None:
    """Set a key; what is its default or empty goes without, unless it stood there all along."""
    if key in part and means_the_same(part[key], value):
        return
    if value in (default, None, "", []):
        part.pop(key, None)
    else:
        part[key] = value


def put_words(part: dict[str, Any], key: str, text: str) -> None:
    """Set the English text of a key; the other languages stay."""
    before = part.get(key)
    if english(before) == one_line(text):
        return
    if isinstance(before, Mapping) and text:
        part[key] = {**before, ENGLISH: text}
    else:
        put(part, key, text)


def put_lines(part: dict[str, Any], key: str, lines: Iterable[str]) -> None:
    """Set a list of texts; a line that was there before keeps its other languages."""
    before = {english(words): words for words in part.get(key, [])}
    put(part, key, [before.get(one_line(line), line) for line in lines])


def put_span(part: dict[str, Any], key: str, span: Any, *, default: str | None = None) -> None:
    """Set a duration or label rule; one that is as long as before keeps its spelling."""
    if key not in part and default is not None and same_span(default, span):
        return
    if key in part and same_span(part[key], span):
        return
    put(part, key, span)


def same_span(first: Any, second: Any) -> bool:
    """Tell whether two spans of a document are equally long, or take the same label rule."""
    return bool(_meaning(first) == _meaning(second))


def means_the_same(first: Any, second: Any) -> bool:
    """Tell whether two values are equal and of one kind: 1 is not True."""
    return type(first) is type(second) and bool(first == second)


def _meaning(span: Any) -> Any:
    if isinstance(span, str):
        return Duration.parse(span)
    if isinstance(span, Mapping):
        return span["rule"], span.get("negative", False)
    return span
