"""Who may open a view: the decorators in front of it."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from carttrack.accounts.selectors import Workplace, roles_of

Parameters = ParamSpec("Parameters")
CENTRE_KEY = "centre"  # in the address, and kept in the session


class SignedInRequest(HttpRequest):
    """A request behind `require_sign_in`: somebody is there, and htmx may have sent it."""

    user: User
    htmx: Any
    # Read together before the page needs them: where they work, what its frame says of messages.
    workplace: Workplace | None
    sending: Any


class StaffRequest(SignedInRequest):
    """A request behind `require_roles`, with the roles the person has today."""

    roles: frozenset[Role]


def chosen_centre(request: SignedInRequest, centres: Mapping[str, Centre]) -> Centre:
    """Return which of a person's centres, by code, they look at; `?centre=` is remembered.

    Raises:
        Http404: they ask for a centre that is not among them.
    """
    asked = request.GET.get(CENTRE_KEY)
    if asked is None:
        return centres.get(request.session.get(CENTRE_KEY, "")) or next(iter(centres.values()))
    if asked not in centres:
        raise Http404
    if request.session.get(CENTRE_KEY) != asked:
        request.session[CENTRE_KEY] = asked
    return centres[asked]


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send somebody to the sign-in page and, from there, back to where they were going.

    A request by htmx gets 401 and an order to load the whole page: the sign-in page must not
    appear inside a region of another one.
    """
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    was_on = urlsplit(request.headers.get("HX-Current-URL", ""))
    query = urlencode({"next": f"{was_on.path or '/'}{'?' if was_on.query else ''}{was_on.query}"})
    response = HttpResponse(status=401)
    response["HX-Redirect"] = f"{resolve_url(settings.LOGIN_URL)}?{query}"
    return response


def require_sign_in(
    view: Callable[Concatenate[SignedInRequest, Parameters], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]:
    """Open a view to everybody who is signed in."""

    @wraps(view)
    def checked(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(cast("SignedInRequest", request), *args, **kwargs)

    return checked


def require_roles(
    *roles: Role,
) -> Callable[
    [Callable[Concatenate[StaffRequest, Parameters], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase],
]:
    """Open a view to people who have one of the roles today; to others it does not exist.

    It guards the page and not the rows on it: those go through `visible_to`.
    """

    def guard(
        view: Callable[Concatenate[StaffRequest, Parameters], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]:
        @wraps(view)
        def checked(
            request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            held = roles_of(request.user)
            if held.isdisjoint(roles):
                raise Http404
            staff_request = cast("StaffRequest", request)
            staff_request.roles = held
            return view(staff_request, *args, **kwargs)

        return checked

    return guard
