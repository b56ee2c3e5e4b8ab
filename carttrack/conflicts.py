"""Two people who wait for each other: the database lets one go first and stops the other."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

# What was begun is rolled back whole, so that trying again is safe.
STOPPED = (DeadlockDetected, LockNotAvailable, SerializationFailure)


class ConflictMiddleware:
    """Answer 409, instead of an error of the server, to whoever was stopped."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request pass."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that somebody else came first and that nothing was changed."""
        if isinstance(exception, OperationalError) and isinstance(exception.__cause__, STOPPED):
            return render(request, "409.html", status=HTTPStatus.CONFLICT)
        return None
