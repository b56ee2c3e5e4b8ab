"""Where providers report what became of messages: no sign-in, but each report proves itself."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from notifications import services
from notifications.channels import reports
from notifications.channels.gateways import GATEWAYS
from notifications.channels.gateways.base import Callback
from notifications.channels.gateways.callbacks import callback_url

MOST_REFUSED = 30  # of one visitor, in so many seconds; further ones are not even noted
SECONDS = 60

logger = logging.getLogger(__name__)
Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


class NotAuthentic(Exception):
    """Somebody else than the provider reports."""


def for_providers(view: View[Arguments]) -> View[Arguments]:
    """Open a view to programs that prove themselves, and slow down those that do not.

    Whoever proves itself is never slowed down: a provider may report a thousand times a minute, and
    it may come from the same address as somebody who guesses.
    """

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAuthentic as error:
            key = f"receipts-refused:{_visitor(request)}"
            refused = cache.get(key, 0) + 1
            cache.set(key, refused, SECONDS)
            if refused > MOST_REFUSED:
                return HttpResponse(status=429)
            logger.warning("a receipt was refused: it does not prove where it comes from")
            raise Http404 from error

    return guarded


@for_providers
@require_POST
def sms_receipt(request: HttpRequest, gateway: str, message: UUID, token: str) -> HttpResponse:
    """Take a gateway's report about one text."""
    if gateway != settings.SMS_GATEWAY:
        raise Http404
    callback = Callback(
        url=callback_url(gateway, message),
        message=message,
        token=token,
        form=request.POST.dict(),
        headers=request.headers,
        came_from=_visitor(request),
    )
    if not GATEWAYS[gateway].is_authentic(callback):
        raise NotAuthentic
    receipt = GATEWAYS[gateway].receipt(callback)
    if receipt is not None:
        services.take_receipt(message=message, channel="sms", receipt=receipt, now=timezone.now())
    return HttpResponse()


@for_providers
@require_http_methods(["POST", "HEAD"])
def email_receipts(request: HttpRequest) -> HttpResponse:
    """Take a mail provider's reports; it may ask first whether anybody is here (HEAD)."""
    if not reports.are_expected():
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    try:
        found = reports.read(request)
    except reports.NotTheProviders as error:
        raise NotAuthentic from error
    except reports.NotUnderstood:
        return HttpResponse(status=400)
    now = timezone.now()
    for report in found:
        message = report.message or services.message_with(
            provider_id=report.receipt.provider_id, channel="email"
        )
        if message is not None:
            services.take_receipt(message=message, channel="email", receipt=report.receipt, now=now)
    return HttpResponse()


def _visitor(request: HttpRequest) -> str:
    """Return the address that a request comes from, behind the proxies that we trust."""
    return str(get_adapter(request).get_client_ip(request))
