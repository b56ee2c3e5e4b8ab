"""The daily proof that messages are accounted for, and the release of what is held."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from carttrack.accounts.access import StaffRequest, require_roles
from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre
from carttrack.accounts.selectors import centres_of, frame_for
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.worklist.selectors import proofs as selectors
from notifications.models import Reconciliation
from notifications.services import release_sending

KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
MOST_NOTE = 500


@require_safe
@require_roles(*KEEPERS)
def proofs(request: StaffRequest) -> HttpResponse:
    """Show the proofs of the person's centres by day, and whether messages leave at all."""
    found = selectors.proofs(
        centres=list(centres_of(request.user, *KEEPERS)), page=request.GET.get("page", "1")
    )
    context = {
        "frame": frame_for(request.user),
        "page": found,
        "rows": [(proof, selectors.cells(proof.counts)) for proof in found],
        "columns": selectors.column_words(),
        "jobs": selectors.jobs(),
        "may_release": Role.ADMINISTRATOR in request.roles,
        "now": timezone.now(),
    }
    return render(request, "worklist/proofs.html", context)


@require_safe
@require_roles(*KEEPERS)
def proof(request: StaffRequest, code: str, day: str) -> HttpResponse:
    """Show one proof by rule, and the journeys that do not close."""
    centre = _centre(request, code)
    try:
        table = selectors.proof_table(user=request.user, centre=centre, day=date.fromisoformat(day))
    except (ValueError, Reconciliation.DoesNotExist) as error:
        raise Http404 from error
    named = [line for line in table.journeys if line.journey]
    reads.log(request, named, how=ReadHow.LIST, centre=centre)
    context = {
        "frame": frame_for(request.user),
        "centre": centre,
        "table": table,
        "columns": selectors.column_words(),
    }
    return render(request, "worklist/proof.html", context)


@require_POST
@require_roles(Role.ADMINISTRATOR)
def release(request: StaffRequest) -> HttpResponse:
    """Let this database send again; the administrator says why that is safe."""
    note = request.POST.get("note", "").strip()[:MOST_NOTE]
    if not note:
        messages.error(request, _("Say how you made sure that the original sends no more."))
        return redirect("worklist:proofs")
    release_sending(by=request.user, now=timezone.now(), note=note)
    messages.success(request, _("Messages are sent again from the next minute on."))
    return redirect("worklist:proofs")


def _centre(request: StaffRequest, code: str) -> Centre:
    """Return the centre of that code, where the person may look.

    Raises:
        Http404: it is not theirs.
    """
    found = centres_of(request.user, *KEEPERS).filter(code=code).first()
    if found is None:
        raise Http404
    return found
