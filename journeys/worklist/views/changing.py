"""The three steps of every change: say what you want, look at the whole cascade, commit it.

A preview writes nothing. One that rests on an address (`?to_on=`) can be linked to and loaded
again; what people type freely travels in the body of the request and in no address.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from carttrack.accounts.access import SignedInRequest
from journeys.planning.selectors.previews import Preview, preview_of
from journeys.planning.services import Outcome, Proposal, Refusal, StalePreview, commit, propose
from journeys.planning.services.proposing import UseCase
from journeys.worklist.access import Case
from journeys.worklist.forms.changing import ChangeForm
from journeys.worklist.views.pages import page_context

Cleaned = Mapping[str, Any]
FormMaker = Callable[..., ChangeForm]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of change in the words of its pages.

    `use_case` returns the change that a cleaned form asks for; what the preview does not ask yet is
    missing there. `sentence` says what would change, `consequence` how far it reaches and `done`
    what has happened. A refusal stands beside a field, if one is named. `anchor` is where the
    journey page opens afterwards, `region` the part of it that answers in place, and `is_small`
    tells of a preview whether it need not be shown.
    """

    address: str
    heading: str
    submit: str
    use_case: Callable[[Cleaned], UseCase]
    sentence: Callable[[Cleaned], str]
    done: Callable[[Cleaned], str]
    lead: str = ""
    beside: str | None = None
    anchor: str = ""
    region: str = ""
    method: str = "post"
    is_grave: bool = False
    is_small: Callable[[Preview], bool] | None = None
    consequence: Callable[[Preview], str] = lambda preview: preview.summary
    context: Mapping[str, Any] = field(default_factory=dict)
    template: str = "worklist/change.html"

    @property
    def may_be_direct(self) -> bool:
        """Tell whether a change that reaches no further is carried out without a preview."""
        return self.is_small is not None


def change(
    request: SignedInRequest,
    case: Case,
    kind: Kind,
    make: FormMaker,
    *,
    initial: Cleaned | None = None,
) -> HttpResponse:
    """Take a change one step further; `make` builds its form."""
    step = _Step(request=request, case=case, kind=kind, make=make)
    if request.method != "POST":
        asked = request.GET.keys() & make().fields.keys()
        return step.propose(request.GET) if asked else step.ask(make(initial=initial))
    if "back" in request.POST:
        return step.ask(make(initial=request.POST.dict()))
    return step.commit() if request.POST.get("token") else step.propose(request.POST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One request on the way from a question to a commit."""

    request: SignedInRequest
    case: Case
    kind: Kind
    make: FormMaker

    def ask(self, form: ChangeForm, refusal: Refusal | None = None) -> HttpResponse:
        """Show the form, with a refusal where there is one; what was typed stays."""
        if refusal:
            form.add_error(self.kind.beside, refusal.sentence)
        template = "worklist/partials/_change_form.html" if self._in_place else self.kind.template
        return self._page(template, form, status=status_of(form, refusal))

    def propose(self, data: Mapping[str, Any]) -> HttpResponse:
        """Show what the change would do; one that is small is carried out at once."""
        form = self.make(data)
        if not form.is_valid():
            return self.ask(form)
        try:
            proposal = propose(self.kind.use_case(form.cleaned_data))
        except Refusal as refusal:
            return self.ask(form, refusal)
        shown = preview_of(proposal, self.case.journey)
        if self.request.method == "POST" and self.kind.is_small and self.kind.is_small(shown):
            return self._carry_out(form, proposal.token)
        return self._preview(shown, self._fresh(proposal, form.cleaned_data))

    def commit(self) -> HttpResponse:
        """Carry out exactly what was looked at; otherwise show what it would be now."""
        form = self.make(self.request.POST, is_previewed=True)
        if form.early_errors:
            return self.propose(self.request.POST)
        if not form.is_valid():
            try:
                proposal = propose(self.kind.use_case(form.cleaned_data))
            except Refusal as refusal:
                return self.ask(self.make(self.request.POST), refusal)
            return self._preview(preview_of(proposal, self.case.journey), form)
        return self._carry_out(form, form.cleaned_data["token"])

    def _carry_out(self, form: ChangeForm, token: str) -> HttpResponse:
        try:
            outcome = commit(self.kind.use_case(form.cleaned_data), token=token)
        except StalePreview as stale:
            shown = preview_of(stale.proposal, self.case.journey)
            fresh = self._fresh(stale.proposal, form.cleaned_data)
            return self._preview(shown, fresh, stale=stale)
        except Refusal as refusal:
            return self.ask(self.make(self.request.POST), refusal)
        said = (self.kind.done(form.cleaned_data), sentence_of(outcome))
        messages.success(self.request, " ".join(filter(None, said)))
        return to_journey(self.request, self.case, self.kind.anchor)

    def _preview(
        self, shown: Preview, form: ChangeForm, stale: StalePreview | None = None
    ) -> HttpResponse:
        name = "partials/_preview_in_place.html" if self._in_place else "preview.html"
        cleaned = form.cleaned_data if form.is_bound else form.initial
        more = {
            "preview": shown,
            "sentence": self.kind.sentence(cleaned),
            "consequence": self.kind.consequence(shown),
            "stale": stale.sentence if stale else "",
        }
        return self._page(f"worklist/{name}", form, status=status_of(form, stale), **more)

    def _fresh(self, proposal: Proposal, cleaned: Cleaned) -> ChangeForm:
        """Return the form bound to a proposal; what was typed before is kept."""
        return self.make(initial={**cleaned, "token": proposal.token}, is_previewed=True)

    @property
    def _in_place(self) -> bool:
        return bool(self.request.htmx and self.kind.region)

    def _page(
        self, template: str, form: ChangeForm, *, status: HTTPStatus, **more: Any
    ) -> HttpResponse:
        context = {**page_context(self.case), **self.kind.context, "kind": self.kind, "form": form}
        return render(self.request, template, context | more, status=status)


def status_of(form: BaseForm, refusal: Refusal | None = None) -> HTTPStatus:
    """Return how a form is answered: 409 when things stand otherwise, 422 when it was mistyped."""
    if refusal and refusal.is_conflict:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def sentence_of(outcome: Outcome) -> str:
    """Return how many other dates a change moved."""
    about = outcome.revision.activity
    moved = sum(
        1
        for change in outcome.changes
        if change.before and change.after and not (about and change.point == about.point)
    )
    if not moved:
        return ""
    return ngettext("%(count)d other date moved.", "%(count)d other dates moved.", moved) % {
        "count": moved
    }


def to_journey(request: SignedInRequest, case: Case, anchor: str = "") -> HttpResponse:
    """Go to the journey, at an anchor."""
    address = reverse("worklist:journey", args=[case.journey.uid])
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return redirect(f"{address}#{anchor}" if anchor else address)
