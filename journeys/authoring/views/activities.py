"""Adding, changing and removing the activities of a draft."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from journeys.authoring.access import Office, on_draft
from journeys.authoring.domain.editing import activity_values, activity_with
from journeys.authoring.domain.parts import (
    ACTIVITIES,
    Document,
    StillNeeded,
    added,
    code_for,
    goes_along,
    place_of,
    replaced,
    without_activity,
)
from journeys.authoring.forms.activities import ActivityForm, NewActivityForm
from journeys.authoring.forms.parts import RevisionForm
from journeys.authoring.forms.rows import row_sets, rows_typed
from journeys.authoring.models import ProtocolDraft
from journeys.authoring.selectors.drafts import OpenDraft, open_draft
from journeys.authoring.selectors.uses import use_texts
from journeys.authoring.views.editing import (
    draft_page,
    is_saved,
    offered_by,
    place_or_404,
    trial_context,
)
from journeys.planning.documents import DocumentProblem

if TYPE_CHECKING:
    from journeys.authoring.forms.rows import RowSet

TRY = "try"  # the name of the button that shows the dry run without saving


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def new_activity(request: SignedInRequest, office: Office, draft: ProtocolDraft) -> HttpResponse:
    """Add an activity with the little it needs, and go on to the rest of it."""
    opened = open_draft(draft)
    form = NewActivityForm(
        request.POST or None, initial={"revision": draft.revision}, offered=offered_by(opened)
    )
    code = ""
    if request.method == "POST" and form.is_valid():
        code = code_for(
            form.cleaned_data["title"], (part["code"] for part in opened.document[ACTIVITIES])
        )

    def change(document: Document) -> Document:
        part = {"code": code, **form.part()}
        return added(document, ACTIVITIES, part, stage=part["stage"])

    if code and is_saved(office, draft, form, change):
        messages.success(request, _("The activity is added. Complete it here."))
        return redirect("authoring:activity", draft_uid=draft.uid, code=code)
    more = trial_context(request, office, opened)
    return draft_page(
        request,
        office,
        opened,
        "authoring/part.html",
        form=form,
        heading=_("New activity"),
        **more,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def activity(
    request: SignedInRequest, office: Office, draft: ProtocolDraft, code: str
) -> HttpResponse:
    """Change an activity; the dry run beside the form follows what is typed."""
    opened = open_draft(draft)
    part = opened.document[ACTIVITIES][place_or_404(opened, ACTIVITIES, code)]
    offered = offered_by(opened)
    form = ActivityForm(
        request.POST or None,
        initial=activity_values(part) | {"revision": draft.revision},
        offered=offered,
        code=code,
    )
    rows = row_sets(part, offered=offered, posted=request.POST or None)

    def change(document: Document) -> Document:
        place = place_of(document, ACTIVITIES, code)
        typed = {key: rows_typed(formset) for key, formset in rows.items()}
        changed = activity_with(document[ACTIVITIES][place], form.cleaned_data, typed)
        return replaced(document, ACTIVITIES, place, changed)

    tried = opened
    is_trying = TRY in {*request.POST, *request.GET}
    if form.is_bound and _are_valid(form, rows):
        if is_trying:
            tried = _tried(opened, form, change)
        elif is_saved(office, draft, form, change):
            messages.success(request, _("Saved: %(part)s.") % {"part": form.cleaned_data["title"]})
            return redirect("authoring:activity", draft_uid=draft.uid, code=code)
    more = trial_context(request, office, tried, marked=code) | {
        "is_tried": tried is not opened,
        "code": code,
    }
    if is_trying and request.htmx:
        context = office.context() | {"draft": draft, "form": form, "follows": True} | more
        return render(request, "authoring/partials/_trial.html", context)
    heading = activity_values(part)["title"]
    return draft_page(
        request,
        office,
        opened,
        "authoring/activity.html",
        form=form,
        rows=rows,
        heading=heading,
        follows=True,
        **more,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_draft
def remove_activity(
    request: SignedInRequest, office: Office, draft: ProtocolDraft, code: str
) -> HttpResponse:
    """Remove an activity, after saying what goes with it or what is in the way."""
    opened = open_draft(draft)
    part = opened.document[ACTIVITIES][place_or_404(opened, ACTIVITIES, code)]
    form = RevisionForm(request.POST or None, initial={"revision": draft.revision})
    needed: tuple[str, ...] = ()

    def change(document: Document) -> Document:
        return without_activity(document, code)

    try:
        change(opened.document)
        if request.method == "POST" and form.is_valid() and is_saved(office, draft, form, change):
            messages.success(request, _("The activity is removed."))
            return redirect("authoring:draft", draft_uid=draft.uid)
    except StillNeeded as error:
        needed = use_texts(opened.protocol, error.users)
        if request.method == "POST" and form.is_valid():
            form.add_error(None, _("Others count from this activity; change them first."))
    return draft_page(
        request,
        office,
        opened,
        "authoring/remove.html",
        form=form,
        heading=_("Remove this activity?"),
        title=activity_values(part)["title"],
        needed=needed,
        along=use_texts(opened.protocol, goes_along(opened.document, code)),
        submit=_("Remove activity"),
    )


def _are_valid(form: forms.Form, rows: "Mapping[str, RowSet]") -> bool:
    """Check everything, so that every mistake shows at once; the summary stands in the form."""
    is_valid = form.is_valid()
    wrong = [key for key, formset in rows.items() if not formset.is_valid()]
    if wrong:
        form.add_error(None, _("Something in the lists below needs your attention."))
        return False
    return is_valid


def _tried(opened: OpenDraft, form: forms.Form, change: Any) -> OpenDraft:
    """Return the draft as if what was typed were saved; the saved one when that has no shape."""
    try:
        return opened.having(change(opened.document))
    except DocumentProblem as problem:
        form.add_error(None, problem.message)
        return opened
