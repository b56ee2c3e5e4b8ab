"""The bad-news switch: what has happened, exactly what stops, and the way back from a mistake."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.planning.domain.bad_news import BadNewsKind, QuietPage
from journeys.planning.selectors.bad_news import live_news
from journeys.planning.services import Refusal, break_bad_news, lift_bad_news
from journeys.planning.state_labels import BAD_NEWS_LABELS
from journeys.worklist.access import RECORDERS, Case, on_journey
from journeys.worklist.forms.bad_news import MistakeForm, NewsForm
from journeys.worklist.selectors.bad_news import consequences
from journeys.worklist.views.changing import status_of
from journeys.worklist.views.pages import page_context


@require_safe
@on_journey(roles=RECORDERS)
def choose_news(request: SignedInRequest, case: Case) -> HttpResponse:
    """Ask what has happened; nothing stops yet."""
    context = page_context(case) | {
        "news": live_news(case.journey),
        "kinds": [(kind.value, word) for kind, word in BAD_NEWS_LABELS.items()],
    }
    return render(request, "worklist/bad_news.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=RECORDERS)
def confirm_news(request: SignedInRequest, case: Case, kind: str) -> HttpResponse:
    """Say exactly what would stop and what goes on, and stop it."""
    if kind not in set(BadNewsKind):
        raise Http404
    happened = BadNewsKind(kind)
    form = NewsForm(
        request.POST or None,
        kind=happened,
        language=case.patient.language,
        initial={"on": case.today},
    )
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            break_bad_news(
                journey_uid=case.journey.uid,
                kind=happened,
                page=QuietPage(form.cleaned_data["page"]),
                on=form.cleaned_data["on"],
                note=form.cleaned_data["note"],
                by=case.user,
                today=case.today,
                now=case.now,
            )
        except Refusal as refusal:
            refused = refusal
            form.add_error(None, refusal.sentence)
        else:
            messages.success(
                request,
                _("Nobody on the patient's side gets messages any more. The team is told."),
            )
            return redirect("worklist:journey", journey_uid=case.journey.uid)
    context = page_context(case) | {
        "form": form,
        "kind": happened.value,
        "word": BAD_NEWS_LABELS[happened],
        "consequences": consequences(case.journey),
    }
    status = status_of(form, refused)
    return render(request, "worklist/bad_news_confirm.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@on_journey(roles=RECORDERS)
def take_back_news(request: SignedInRequest, case: Case) -> HttpResponse:
    """Take back news that was a mistake, for a reason that is kept."""
    form = MistakeForm(request.POST or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            lift_bad_news(
                journey_uid=case.journey.uid,
                reason=form.cleaned_data["reason"],
                by=case.user,
                today=case.today,
                now=case.now,
            )
        except Refusal as refusal:
            refused = refusal
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Taken back. Messages about what is to come go out again."))
            return redirect("worklist:journey", journey_uid=case.journey.uid)
    context = page_context(case) | {"form": form, "news": live_news(case.journey)}
    status = status_of(form, refused)
    return render(request, "worklist/bad_news_take_back.html", context, status=status)
