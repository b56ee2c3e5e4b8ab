"""The address that a load balancer or a container engine asks whether this process can serve."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

PATH = "/healthz"
GetResponse = Callable[[HttpRequest], HttpResponse]


def health_middleware(get_response: GetResponse) -> GetResponse:
    """Answer the health address before anything else looks at the request.

    Whoever asks from inside knows neither the public name of the site nor its TLS.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return _answer() if request.path == PATH else get_response(request)

    return middleware


def _answer() -> HttpResponse:
    """Answer 200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unavailable\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
