"""What every form of a draft does: show the dry run beside it, save, and say what is in the way."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from carttrack.accounts.access import SignedInRequest
from journeys.authoring.access import Office
from journeys.authoring.domain.parts import NoSuchPart, place_of
from journeys.authoring.forms.parts import Offered
from journeys.authoring.forms.trials import TrialForm
from journeys.authoring.models import ProtocolDraft
from journeys.authoring.selectors.drafts import OpenDraft, problem_lines
from journeys.authoring.selectors.history import changes_since
from journeys.authoring.selectors.trials import dry_run
from journeys.authoring.services.drafts import Change, save_draft
from journeys.authoring.services.refusals import StaleDraft
from journeys.planning.documents import DocumentProblem
from journeys.planning.services import Refusal

TRIAL_KEYS = ("referred_on", "region", "track")


def place_or_404(opened: OpenDraft, section: str, code: str) -> int:
    """Return the place of a part.

    Raises:
        Http404: the draft has no such part.
    """
    try:
        return place_of(opened.document, section, code)
    except NoSuchPart as error:
        raise Http404 from error


def offered_by(opened: OpenDraft) -> Offered:
    """Return what the forms of a draft offer."""
    return Offered(protocol=opened.protocol, rules=opened.rule_keys)


def is_saved(office: Office, draft: ProtocolDraft, form: forms.Form, change: Change) -> bool:
    """Save a change, or put into the form why that is refused; what was typed stays there.

    After a stale save the form carries the new number: whoever has seen what the other person
    changed may save again.
    """
    try:
        save_draft(
            draft_uid=draft.uid,
            revision=form.cleaned_data["revision"],
            change=change,
            by=office.user,
            now=office.now,
        )
    except Refusal as refusal:
        put_refusal(form, draft, refusal)
    except NoSuchPart:
        form.add_error(None, _("This part was removed meanwhile."))
    except DocumentProblem as problem:
        form.add_error(_field_of(form, problem), problem.message)
    return not form.errors


def put_refusal(form: forms.Form, draft: ProtocolDraft, refusal: Refusal) -> None:
    """Put into a form why its draft was not changed, and what somebody else changed meanwhile."""
    form.add_error(None, refusal.sentence)
    if isinstance(refusal, StaleDraft):
        _show_since(form, draft)


def draft_page(
    request: SignedInRequest,
    office: Office,
    opened: OpenDraft,
    template: str,
    *,
    form: forms.BaseForm | None = None,
    **more: Any,
) -> HttpResponse:
    """Answer with a page of a draft: 409 after a stale save, 422 when something must be changed."""
    stale = getattr(form, "since", None)
    status = 409 if stale is not None else 422 if form is not None and form.errors else 200
    context = office.context() | {
        "draft": opened.draft,
        "protocol": opened.protocol,
        "form": form,
        "since": stale,
    }
    return render(request, template, context | more, status=status)


def trial_context(
    request: SignedInRequest, office: Office, opened: OpenDraft, *, marked: str = ""
) -> dict[str, Any]:
    """Return the dry run of a draft for the day and region asked for, or why there is none."""
    asked = request.POST if request.method == "POST" else request.GET
    regions = opened.protocol.regions
    usual = office.centre.region if office.centre.region in regions else regions[0]
    initial: dict[str, Any] = {"referred_on": office.today, "region": usual}
    is_asked = any(key in asked for key in TRIAL_KEYS)
    form = TrialForm(asked if is_asked else None, initial=initial, protocol=opened.protocol)
    given = form.cleaned_data if form.is_bound and form.is_valid() else initial
    problems = problem_lines(opened)
    context: dict[str, Any] = {"trial_form": form, "problems": problems, "trial": None}
    if problems:
        return context
    try:
        context["trial"] = dry_run(
            opened.protocol,
            opened.rules.get(given["region"], {}),
            centre=office.centre,
            region=given["region"],
            referred_on=given["referred_on"],
            track=given.get("track", ""),
            marked=marked,
        )
    except OverflowError:
        form.add_error(None, _("The plan would leave the calendar. Choose an earlier day."))
    return context


def _show_since(form: forms.Form, draft: ProtocolDraft) -> None:
    """Give a form the changes of the other person, and the number of their save."""
    number = form.cleaned_data.get("revision") or draft.revision
    draft.refresh_from_db(fields=["revision"])
    form.since = changes_since(draft, number)  # type: ignore[attr-defined]
    typed = QueryDict(mutable=True)
    typed.update(form.data)
    typed["revision"] = str(draft.revision)
    form.data = typed


def _field_of(form: forms.Form, problem: DocumentProblem) -> str | None:
    """Return the field that a problem of the document is about, if the form has it."""
    name = problem.key.rpartition(".")[2]
    return name if name in form.fields else None
