"""Where a number comes from, said so that nobody takes an unconfirmed one for a fact."""

from collections.abc import Mapping
from typing import Any

UNCONFIRMED = "to be confirmed by a clinician"


def source_of(part: Mapping[str, Any]) -> str:
    """Return the source of a part of a document, marked while nobody has confirmed it."""
    stated = [part["source"]] if "source" in part else []
    return "; ".join([*stated, UNCONFIRMED] if part.get("confirm") else stated)
