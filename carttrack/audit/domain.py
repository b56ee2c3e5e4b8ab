"""How a history entry is fixed: its canonical text and the hash that chains it to the last one."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class ReadHow(StrEnum):
    """In which way somebody came to see a patient."""

    VIEW = "view"
    SEARCH = "search"
    LIST = "list"
    EXPORT = "export"
    PRINT = "print"


def canonical(values: Mapping[str, Any]) -> str:
    """Return one text for equal values: sorted keys, no spaces, every character kept."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chained_hash(previous_hash: str, values: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of an entry's values and of the entry before it.

    Whoever changes, removes, inserts or reorders an entry breaks every hash after it.
    """
    return hashlib.sha256(f"{previous_hash}\n{canonical(values)}".encode()).hexdigest()
