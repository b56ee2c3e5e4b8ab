"""The floor: the least that a signed-in page can be, beside the addresses of the real site.

It passes every middleware, reads session and person, makes one query of its own and renders ten
rows of it in a bare template. What the site's pages cost is said as a multiple of it.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from carttrack.accounts.access import SignedInRequest, require_sign_in
from carttrack.accounts.models import Centre

QUERIES = "X-Queries"
Answer = Callable[[HttpRequest], HttpResponse]


def counting(get_response: Answer) -> Answer:
    """Say in a header how many statements an answer took."""

    def middleware(request: HttpRequest) -> HttpResponse:
        made = 0

        def count(execute: Any, *arguments: Any) -> Any:
            nonlocal made
            made += 1
            return execute(*arguments)

        with connection.execute_wrapper(count):
            response = get_response(request)
        response[QUERIES] = str(made)
        return response

    return middleware


@require_sign_in
def floor(request: SignedInRequest) -> HttpResponse:
    """Show ten rows of one query to whoever is signed in."""
    return render(request, "floor.html", {"rows": _rows()})


@require_sign_in
def frame(request: SignedInRequest) -> HttpResponse:
    """Show the same rows inside the frame of the staff's pages, to know what the frame costs."""
    return render(request, "frame.html", {"rows": _rows()})


def _rows() -> "QuerySet[Centre, tuple[str, str]]":
    return Centre.objects.order_by("pk").values_list("code", "name")[:10]


urlpatterns = [path("floor/", floor), path("frame/", frame), path("", include("carttrack.urls"))]
