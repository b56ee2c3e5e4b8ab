"""The forms of a draft: the protocol as a whole, its stages and its limits."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from journeys.authoring.access import Office, on_draft
from journeys.authoring.domain.editing import (
    constraint_values,
    constraint_with,
    protocol_values,
    protocol_with,
    stage_values,
    stage_with,
)
from journeys.authoring.domain.parts import (
    CONSTRAINTS,
    STAGES,
    Document,
    NoSuchPart,
    added,
    part_at,
    place_of,
    replaced,
    without_constraint,
)
from journeys.authoring.forms.parts import ConstraintForm, ProtocolForm, RevisionForm, StageForm
from journeys.authoring.models import ProtocolDraft
from journeys.authoring.selectors.drafts import OpenDraft, open_draft
from journeys.authoring.selectors.reading import reading
from journeys.authoring.services.drafts import Change
from journeys.authoring.views.editing import (
    draft_page,
    is_saved,
    offered_by,
    place_or_404,
    trial_context,
)

PART = "authoring/part.html"


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def whole(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Change the title, regions and source of the protocol."""
    opened = open_draft(draft)
    form = ProtocolForm(
        request.POST or None,
        initial=protocol_values(opened.document) | {"revision": draft.revision},
        offered=offered_by(opened),
    )

    def change(document: Document) -> Document:
        return protocol_with(document, form.cleaned_data)

    return _form_page(request, office, opened, form, change, heading=_("Protocol as a whole"))


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def stage(
    request: SignedInRequest, office: Office, draft: ProtocolDraft, code: str
) -> HttpResponse:
    """Change a stage."""
    opened = open_draft(draft)
    part = opened.document[STAGES][place_or_404(opened, STAGES, code)]
    form = StageForm(
        request.POST or None,
        initial=stage_values(part) | {"revision": draft.revision},
        offered=offered_by(opened),
    )

    def change(document: Document) -> Document:
        place = place_of(document, STAGES, code)
        return replaced(
            document, STAGES, place, stage_with(document[STAGES][place], form.cleaned_data)
        )

    heading = _("Stage: %(title)s") % {"title": stage_values(part)["title"]}
    return _form_page(request, office, opened, form, change, heading=heading)


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def new_constraint(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Add a limit between two points."""
    opened = open_draft(draft)
    form = ConstraintForm(
        request.POST or None, initial={"revision": draft.revision}, offered=offered_by(opened)
    )

    def change(document: Document) -> Document:
        return added(document, CONSTRAINTS, constraint_with({}, form.cleaned_data))

    return _form_page(request, office, opened, form, change, heading=_("New limit"))


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def constraint(
    request: SignedInRequest, office: Office, draft: ProtocolDraft, place: int
) -> HttpResponse:
    """Change a limit."""
    opened = open_draft(draft)
    part = _constraint_or_404(opened, place)
    form = ConstraintForm(
        request.POST or None,
        initial=constraint_values(part) | {"revision": draft.revision},
        offered=offered_by(opened),
    )

    def change(document: Document) -> Document:
        changed = constraint_with(part_at(document, CONSTRAINTS, place), form.cleaned_data)
        return replaced(document, CONSTRAINTS, place, changed)

    heading = _("Limit %(number)d") % {"number": place + 1}
    return _form_page(request, office, opened, form, change, heading=heading, place=place)


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def remove_constraint(
    request: SignedInRequest, office: Office, draft: ProtocolDraft, place: int
) -> HttpResponse:
    """Remove a limit, after showing it once more."""
    opened = open_draft(draft)
    _constraint_or_404(opened, place)
    form = RevisionForm(request.POST or None, initial={"revision": draft.revision})

    def change(document: Document) -> Document:
        return without_constraint(document, place)

    if request.method == "POST" and form.is_valid() and is_saved(office, draft, form, change):
        messages.success(request, _("The limit is removed."))
        return redirect("authoring:draft", draft_uid=draft.uid)
    limit = reading(opened.protocol).constraints[place]
    return draft_page(
        request,
        office,
        opened,
        "authoring/remove.html",
        form=form,
        heading=_("Remove this limit?"),
        title=limit.text,
        along=[limit.why],
        submit=_("Remove limit"),
    )


def _form_page(
    request: SignedInRequest,
    office: Office,
    opened: OpenDraft,
    form: forms.Form,
    change: Change,
    *,
    heading: str,
    place: int | None = None,
) -> HttpResponse:
    """Save a valid form and go back to the draft; otherwise show it beside the dry run."""
    draft = opened.draft
    if request.method == "POST" and form.is_valid() and is_saved(office, draft, form, change):
        messages.success(request, _("Saved: %(part)s.") % {"part": heading})
        return redirect("authoring:draft", draft_uid=draft.uid)
    more = trial_context(request, office, opened)
    return draft_page(
        request, office, opened, PART, form=form, heading=heading, place=place, **more
    )


def _constraint_or_404(opened: OpenDraft, place: int) -> dict[str, object]:
    try:
        return part_at(opened.document, CONSTRAINTS, place)
    except NoSuchPart as error:
        raise Http404 from error
