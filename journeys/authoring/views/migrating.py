"""Moving chosen journeys to a newer version, each with its own preview and its own commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.authoring.access import Office, on_version
from journeys.authoring.domain.migrating import MigrationReason
from journeys.authoring.forms.migrating import MigrateForm
from journeys.authoring.selectors.migrating import (
    MigrantRow,
    chosen,
    migrant_row,
    migrants,
)
from journeys.planning.models import Journey, ProtocolVersion
from journeys.planning.selectors.previews import Preview, preview_of
from journeys.planning.services import (
    Refusal,
    StalePreview,
    commit,
    migrate_journey,
    propose,
)
from journeys.planning.services.proposing import UseCase

# Each preview carries a migration out and takes it back; more of them would make a page wait.
MOST_AT_ONCE = 10
CHOSEN = "journey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One chosen journey: its preview and form, or why it cannot be migrated."""

    row: MigrantRow
    preview: Preview | None = None
    form: MigrateForm | None = None
    refusal: str = ""
    stale: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@on_version
def migrate(request: SignedInRequest, office: Office, version: ProtocolVersion) -> HttpResponse:
    """List the journeys on older versions; with `?journey=` preview the chosen ones.

    By POST one of them is committed. The others keep their previews, which stay true until
    somebody changes their plan.
    """
    if not office.sees_patients:
        raise Http404
    if request.method == "POST":
        return _commit(request, office, version)
    return _page(request, office, version, {})


def _commit(request: SignedInRequest, office: Office, version: ProtocolVersion) -> HttpResponse:
    form = MigrateForm(request.POST)
    form.is_valid()
    uid = form.cleaned_data.get("journey")
    if uid and _follows(office, version).filter(uid=uid).exists():
        messages.info(request, _("This journey follows the version already."))
        return redirect("authoring:migrate", code=version.protocol.code, number=version.number)
    journey = (
        get_object_or_404(migrants(office.user, office.centre, version), uid=uid) if uid else None
    )
    if journey is None or "token" in form.errors:
        return _page(request, office, version, {}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    row = migrant_row(journey)
    use_case = _migration(office, version, journey, form.cleaned_data)
    try:
        if not form.is_valid():
            found = preview_of(propose(use_case), journey)
            candidate = Candidate(row=row, preview=found, form=form)
            return _page(request, office, version, {row: candidate}, status=422)
        commit(use_case, token=form.cleaned_data["token"])
    except StalePreview as stale:
        found = preview_of(stale.proposal, journey)
        candidate = Candidate(
            row=row, preview=found, form=_fresh(found, form), stale=stale.sentence
        )
        return _page(request, office, version, {row: candidate}, status=HTTPStatus.CONFLICT)
    except Refusal as refusal:
        candidate = Candidate(row=row, refusal=refusal.sentence)
        return _page(request, office, version, {row: candidate}, status=422)
    names = {"name": row.patient.full_name, "version": str(version)}
    messages.success(request, _("%(name)s now follows %(version)s.") % names)
    rest = [uid for uid in request.GET.getlist(CHOSEN) if uid != str(journey.uid)]
    address = reverse("authoring:migrate", args=[version.protocol.code, version.number])
    return redirect(f"{address}?{urlencode({CHOSEN: rest}, doseq=True)}" if rest else address)


def _page(
    request: SignedInRequest,
    office: Office,
    version: ProtocolVersion,
    decided: dict[MigrantRow, Candidate],
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    journeys = list(migrants(office.user, office.centre, version))
    asked = [*request.GET.getlist(CHOSEN), *(str(row.uid) for row in decided)]
    picked = chosen(journeys, asked)[:MOST_AT_ONCE]
    known = {row.uid: candidate for row, candidate in decided.items()}
    context = office.context() | {
        "version": version,
        "rows": [migrant_row(journey) for journey in journeys],
        "picked": {journey.uid for journey in picked},
        "candidates": [
            known.get(journey.uid) or _candidate(office, version, journey) for journey in picked
        ],
        "most": MOST_AT_ONCE,
    }
    shown: Iterable[Journey] = picked or journeys
    how = ReadHow.VIEW if picked else ReadHow.LIST
    reads.log(request, [journey.patient for journey in shown], how=how, centre=office.centre)
    return render(request, "authoring/migrate.html", context, status=status)


def _candidate(office: Office, version: ProtocolVersion, journey: Journey) -> Candidate:
    row = migrant_row(journey)
    try:
        proposal = propose(_migration(office, version, journey, {}))
    except Refusal as refusal:
        return Candidate(row=row, refusal=refusal.sentence)
    found = preview_of(proposal, journey)
    return Candidate(row=row, preview=found, form=_fresh(found))


def _fresh(preview: Preview, typed: MigrateForm | None = None) -> MigrateForm:
    """Return the form of a preview; what was typed before is kept."""
    kept = {key: typed.cleaned_data.get(key, "") for key in ("reason", "note")} if typed else {}
    return MigrateForm(
        initial={"journey": preview.journey_uid, "token": preview.token, **kept},
        auto_id=f"id_{preview.journey_uid}_%s",
    )


def _migration(
    office: Office, version: ProtocolVersion, journey: Journey, typed: dict[str, str]
) -> UseCase:
    """Return the migration of one journey; a preview does not know the reason yet."""
    return partial(
        migrate_journey,
        journey_uid=journey.uid,
        version=version,
        reason=typed.get("reason") or MigrationReason.OTHER.value,
        note=typed.get("note", ""),
        by=office.user,
        today=office.today,
        now=office.now,
    )


def _follows(office: Office, version: ProtocolVersion) -> QuerySet[Journey]:
    """Return the centre's journeys that the person sees and that follow the version."""
    visible = Journey.objects.visible_to(office.user)
    return visible.filter(centre=office.centre, protocol_version=version)
