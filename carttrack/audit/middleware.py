"""Each request gets an id; what it writes and whom it reads can be found by it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from carttrack.audit.trace import reading, writing

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
ANONYMOUS = "anonymous"


class TraceMiddleware:
    """Names the request, and the person behind it where something may be written.

    It stands below the sign-in middleware, whose `request.user` it reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the trace; a page that only reads does not look up the person for it."""
        if request.method in SAFE_METHODS:
            with reading():
                return self.get_response(request)
        actor = str(request.user.uid) if request.user.is_authenticated else ANONYMOUS
        with writing(actor=actor):
            return self.get_response(request)
