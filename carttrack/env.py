"""Typed reading of environment variables; a bad or missing value stops the start with its name."""

import os
from collections.abc import Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def env_str(name: str, *, default: str) -> str:
    """Return the variable's text, or `default` when it is not set."""
    return os.environ.get(name, default)


def env_choice(name: str, *, choices: Sequence[str]) -> str:
    """Return the variable's text, the first of the choices when it is not set.

    Raises:
        ImproperlyConfigured: the text is none of the choices.
    """
    text = os.environ.get(name, choices[0])
    if text not in choices:
        known = ", ".join(choice or "nothing" for choice in choices)
        raise ImproperlyConfigured(f"{name}={text!r}; use {known}.")
    return text


def env_required(name: str) -> str:
    """Return the variable's text, which something else that is set cannot do without.

    Raises:
        ImproperlyConfigured: the variable is missing or empty.
    """
    text = os.environ.get(name)
    if not text:
        raise ImproperlyConfigured(f"{name} is not set.")
    return text


def variables_below(prefix: str) -> Mapping[str, str]:
    """Return the variables that begin so, named by what follows."""
    return {
        name.removeprefix(prefix): text
        for name, text in os.environ.items()
        if name.startswith(prefix)
    }


def env_bool(name: str, *, default: bool) -> bool:
    """Return the variable as a truth value.

    Raises:
        ImproperlyConfigured: the text is none of 1/0, true/false, yes/no, on/off.
    """
    text = os.environ.get(name)
    if text is None:
        return default
    if text.strip().lower() in TRUE:
        return True
    if text.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={text!r} is neither true nor false; use 1 or 0.")


def env_int(name: str, *, default: int) -> int:
    """Return the variable as a whole number.

    Raises:
        ImproperlyConfigured: the text is not a whole number.
    """
    text = os.environ.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={text!r} is not a whole number.") from error


def env_list(name: str, *, default: list[str]) -> list[str]:
    """Return the comma-separated variable as a list without empty parts."""
    text = os.environ.get(name)
    if text is None:
        return default
    return [part.strip() for part in text.split(",") if part.strip()]


def env_secret(name: str, *, default: str | None) -> str:
    """Return a secret that must exist unless a default is allowed.

    Raises:
        ImproperlyConfigured: the variable is missing and there is no default.
    """
    text = os.environ.get(name) or default
    if not text:
        raise ImproperlyConfigured(f"{name} is not set. Set it to a long random value.")
    return text
