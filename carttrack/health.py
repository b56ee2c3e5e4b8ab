"""The addresses that tell a load balancer, a container engine or a monitor how this site does.

`/healthz` says whether this process can serve, `/healthz/dispatch` whether messages leave.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from notifications.selectors.health import DispatchHealth, dispatch_health

PATH = "/healthz"
DISPATCH_PATH = "/healthz/dispatch"
GetResponse = Callable[[HttpRequest], HttpResponse]


def health_middleware(get_response: GetResponse) -> GetResponse:
    """Answer the health addresses before anything else looks at the request.

    Whoever asks from inside knows neither the public name of the site nor its TLS.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == PATH:
            return _answer()
        if request.path == DISPATCH_PATH:
            return _answer_of_dispatch(request)
        return get_response(request)

    return middleware


def _answer() -> HttpResponse:
    """Answer 200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unavailable\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


def _answer_of_dispatch(request: HttpRequest) -> HttpResponse:
    """Answer 200 when messages leave in time, 503 when they do not; details for who may ask."""
    try:
        health = dispatch_health(now=timezone.now())
    except DatabaseError:
        return HttpResponse("database unavailable\n", content_type="text/plain", status=503)
    status = 200 if health.is_well else 503
    if not _may_see_details(request):
        return HttpResponse(f"{_word(health)}\n", content_type="text/plain", status=status)
    details = {
        "status": _word(health),
        "oldest_due_seconds": health.oldest_due_seconds,
        "heartbeat_seconds": dict(health.heartbeats),
        "failed": health.failed,
        "unknown": health.unknown,
    }
    return JsonResponse(details, status=status)


def _word(health: DispatchHealth) -> str:
    if health.held:
        return f"held: {health.held}"
    return "late" if health.is_late else "ok"


def _may_see_details(request: HttpRequest) -> bool:
    """Tell whether the token is right; outside production no token is needed."""
    if not settings.HEALTH_TOKEN:
        return not settings.PRODUCTION
    given = request.headers.get("Authorization", "")
    return constant_time_compare(given, f"Bearer {settings.HEALTH_TOKEN}")
