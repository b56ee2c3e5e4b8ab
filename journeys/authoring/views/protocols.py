"""The list of protocols, one published version, two side by side, and the start of a draft."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.authoring.access import Office, at_office, on_version
from journeys.authoring.forms.parts import CopyForm
from journeys.authoring.models import ProtocolDraft
from journeys.authoring.selectors.comparing import comparison
from journeys.authoring.selectors.protocols import (
    drafts_in_progress,
    protocol_rows,
    versions_of,
)
from journeys.authoring.selectors.reading import reading
from journeys.authoring.services.drafts import start_draft
from journeys.planning.models import ProtocolVersion
from journeys.planning.services.refusals import SentTwice
from journeys.planning.workspace import protocol_of


@require_safe
@at_office
def protocols(request: SignedInRequest, office: Office) -> HttpResponse:
    """Show the shared protocols and the centre's own, and the drafts in progress."""
    text = request.GET.get("q", "").strip()[:100]
    owner = request.GET.get("owner", "")
    context = office.context() | {
        "rows": protocol_rows(
            office.versions(),
            reader=office.user if office.sees_patients else None,
            text=text,
            owner=owner,
        ),
        "drafts": drafts_in_progress(ProtocolDraft.objects.filter(centre=office.centre)),
        "is_narrowed": bool(text or owner),
    }
    is_region = request.htmx and request.htmx.target == "protocols"
    template = "authoring/partials/_protocols.html" if is_region else "authoring/protocols.html"
    return render(request, template, context)


@require_safe
@on_version
def version(request: SignedInRequest, office: Office, version: ProtocolVersion) -> HttpResponse:
    """Show one published version in words; it prints."""
    context = office.context() | {
        "version": version,
        "reading": reading(protocol_of(version)),
        "versions": versions_of(
            office.versions(),
            version.protocol.code,
            reader=office.user if office.sees_patients else None,
        ),
        "is_own": version.protocol.centre_id is not None,
        "has_older": version.number > 1,
    }
    return render(request, "authoring/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_version
def copy(request: SignedInRequest, office: Office, version: ProtocolVersion) -> HttpResponse:
    """Copy a version into a draft, after saying what it becomes."""
    form = CopyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        uid = form.cleaned_data["key"]
        try:
            start_draft(
                uid=uid, version=version, centre=office.centre, by=office.user, now=office.now
            )
        except SentTwice as twice:
            messages.info(request, twice.sentence)
        else:
            messages.success(request, _("The draft is started. Nobody but authors sees it."))
        return redirect("authoring:draft", draft_uid=uid)
    context = office.context() | {
        "form": form,
        "version": version,
        "is_own": version.protocol.centre_id is not None,
    }
    status = 422 if form.errors else 200
    return render(request, "authoring/copy.html", context, status=status)


@require_safe
@at_office
def compare(request: SignedInRequest, office: Office, code: str) -> HttpResponse:
    """Show what differs between two versions of a protocol, or between it and a shared one.

    `from` and `to` are versions like `car-t-standard@2`; without them the latest two are compared.
    """
    offered = list(office.versions().order_by("protocol__code", "-number"))
    own = [one for one in offered if one.protocol.code == code]
    if not own:
        raise Http404
    names = {_name(one): one for one in offered}
    after = names.get(request.GET.get("to", ""), own[0])
    before = names.get(request.GET.get("from", ""), own[min(1, len(own) - 1)])
    context = office.context() | {
        "code": code,
        "before": before,
        "after": after,
        "choices": [(_name(one), one) for one in offered],
        "groups": comparison(protocol_of(before), protocol_of(after)),
    }
    return render(request, "authoring/compare.html", context)


def _name(version: ProtocolVersion) -> str:
    return f"{version.protocol.code}@{version.number}"
