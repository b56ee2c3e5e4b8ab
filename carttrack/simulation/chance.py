"""Chance that comes back: the same seed and name give the same draws."""

from random import Random


def chance(*names: object) -> Random:
    """Return a source of chance of its own for whatever the names name."""
    return Random("/".join(map(str, names)))  # noqa: S311 - invented lives, not secrets
