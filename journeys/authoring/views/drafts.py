"""A draft as a whole: read, compared, tried, undone, discarded, published."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.authoring.access import Office, on_draft
from journeys.authoring.forms.parts import RevisionForm
from journeys.authoring.models import ProtocolDraft
from journeys.authoring.selectors.drafts import open_draft, problem_lines
from journeys.authoring.selectors.history import can_undo, changes_from_base
from journeys.authoring.selectors.reading import reading
from journeys.authoring.services.drafts import discard_draft, undo_save
from journeys.authoring.services.publishing import publish_draft
from journeys.authoring.views.editing import draft_page, put_refusal, trial_context
from journeys.planning.services import Refusal


@require_safe
@on_draft
def draft(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Show the draft in words, with a way into every part, and what is still wrong."""
    opened = open_draft(draft)
    return draft_page(
        request,
        office,
        opened,
        "authoring/draft.html",
        form=RevisionForm(initial={"revision": draft.revision}),
        reading=reading(opened.protocol),
        problems=problem_lines(opened),
        can_undo=can_undo(draft),
    )


@require_safe
@on_draft
def changes(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Show what the draft says that its base does not."""
    opened = open_draft(draft)
    groups = changes_from_base(draft)
    return draft_page(request, office, opened, "authoring/changes.html", groups=groups)


@require_safe
@on_draft
def trial(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Show three synthetic journeys under the draft."""
    opened = open_draft(draft)
    more = trial_context(request, office, opened)
    return draft_page(request, office, opened, "authoring/trial.html", **more)


@require_POST
@on_draft
def undo(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Go back to what the draft said before the last save."""
    form = RevisionForm(request.POST)
    if form.is_valid():
        try:
            undo_save(
                draft_uid=draft.uid,
                revision=form.cleaned_data["revision"],
                by=office.user,
                now=office.now,
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("The last save is undone."))
    return redirect("authoring:draft", draft_uid=draft.uid)


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def discard(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Put a draft aside, after asking."""
    form = RevisionForm(request.POST or None, initial={"revision": draft.revision})
    if request.method == "POST" and form.is_valid():
        try:
            discard_draft(
                draft_uid=draft.uid,
                revision=form.cleaned_data["revision"],
                by=office.user,
                now=office.now,
            )
        except Refusal as refusal:
            put_refusal(form, draft, refusal)
        else:
            messages.success(request, _("The draft is discarded."))
            return redirect("authoring:protocols")
    return draft_page(
        request,
        office,
        open_draft(draft),
        "authoring/remove.html",
        form=form,
        heading=_("Discard this draft?"),
        title=draft.title,
        submit=_("Discard draft"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def publish(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Publish the draft, after showing what differs from its base."""
    form = RevisionForm(request.POST or None, initial={"revision": draft.revision})
    if request.method == "POST" and form.is_valid():
        try:
            version = publish_draft(
                draft_uid=draft.uid,
                revision=form.cleaned_data["revision"],
                by=office.user,
                now=office.now,
            )
        except Refusal as refusal:
            put_refusal(form, draft, refusal)
        else:
            messages.success(request, _("Published. New journeys may start on it from now on."))
            return redirect("authoring:version", code=version.protocol.code, number=version.number)
    opened = open_draft(draft)
    return draft_page(
        request,
        office,
        opened,
        "authoring/publish.html",
        form=form,
        problems=problem_lines(opened),
        groups=changes_from_base(draft),
    )
