"""The words that recipients read: a text for each kind of message, channel and language."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.authoring.access import Office, at_office
from notifications.channels import CHANNELS
from notifications.labels import CHANNELS as CHANNEL_WORDS
from notifications.labels import KINDS, Word
from notifications.selectors.samples import LANGUAGES, LONGEST, open_samples, sample_of


@require_safe
@at_office
def texts(request: SignedInRequest, office: Office) -> HttpResponse:
    """Show one text as it would arrive today, with a way to every other one."""
    chosen = {
        "kind": _chosen(request, "kind", KINDS),
        "channel": _chosen(request, "channel", CHANNELS),
        "language": _chosen(request, "language", LANGUAGES),
    }
    sample = sample_of(
        **chosen, title=_("Return visit"), patient_title=_("Four-week visit"), day=office.today
    )
    context = office.context() | {
        "sample": sample,
        "longest": LONGEST,
        "kind": KINDS[sample.kind],
        "kinds": _tabs(chosen, "kind", KINDS),
        "channels": _tabs(chosen, "channel", {name: CHANNEL_WORDS[name] for name in CHANNELS}),
        "languages": _tabs(chosen, "language", LANGUAGES),
        "astray": [one for one in open_samples() if not one.is_good],
    }
    return render(request, "authoring/texts.html", context)


def _chosen(request: HttpRequest, name: str, offered: Mapping[str, Any]) -> str:
    """Return what the address asks for, otherwise the first there is."""
    asked = request.GET.get(name, "")
    return asked if asked in offered else next(iter(offered))


def _tabs(
    chosen: dict[str, str], name: str, offered: Mapping[str, Word]
) -> list[dict[str, str | bool]]:
    """Return the ways to the other texts that differ in one thing."""
    return [
        {
            "label": capfirst(str(word)),
            "href": f"?{urlencode(chosen | {name: value})}",
            "current": chosen[name] == value,
        }
        for value, word in offered.items()
    ]
