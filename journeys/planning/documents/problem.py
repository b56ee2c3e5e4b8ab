"""The one way in which a document is refused: a sentence with its file, line and key."""

from collections.abc import Iterable
from difflib import get_close_matches

Key = tuple[str | int, ...]


class DocumentProblem(Exception):
    """A protocol or ruleset cannot be used, and this is the place to look at."""

    def __init__(
        self, message: str, *, key: Key = (), line: int | None = None, file: str = ""
    ) -> None:
        self.message = message
        self.key = key_text(key)
        self.line = line
        self.file = file
        place = f"{file} line {line}".strip() if line else file
        where = ", ".join(part for part in (place, self.key) if part)
        super().__init__(f"{where}: {message}" if where else message)


def key_text(key: Key) -> str:
    """Return a key as an author would point at it: `activities[3].offset`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".")


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" when one of the known words is close, else nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
