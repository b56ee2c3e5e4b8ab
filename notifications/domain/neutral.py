"""Words that a text on an open channel must not contain: who reads along learns of no illness."""

import re
from collections.abc import Iterable


def clinical_words_in(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return the words of the list that begin a word of the text, in either case."""
    return tuple(
        word for word in words if re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE)
    )
