"""Addresses that no page can make sense of are refused before any page sees them."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase


def address_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse (400) an address whose query holds a NUL.

    Forms refuse it themselves, but searches and filters read the address as it is, and PostgreSQL
    has no text with a NUL in it. No browser writes one.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            raise SuspiciousOperation("the query of the address holds a NUL")
        return get_response(request)

    return middleware
