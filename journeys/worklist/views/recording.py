"""Recording that something happened; what would move other dates is looked at first."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.planning.models import Activity
from journeys.planning.selectors.previews import Preview
from journeys.planning.selectors.wording import title_of
from journeys.planning.services import record_happened
from journeys.worklist.access import RECORDERS, Case, on_activity
from journeys.worklist.forms import RecordForm
from journeys.worklist.selectors.gates import missing_before
from journeys.worklist.views.changing import Cleaned, Kind, change


@require_http_methods(["GET", "HEAD", "POST"])
@on_activity(roles=RECORDERS)
def record_activity(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    """Record that an activity took place; on its planned day it is done at once.

    Late or early it would move other dates, and these are shown before.
    """
    title = title_of(activity)
    roles = case.desk.roles.get(case.centre.pk, frozenset())

    def on(cleaned: Cleaned) -> dict[str, str]:
        return {"title": title, "day": dates.staff_day(cleaned["on"], today=case.today)}

    kind = Kind(
        address=reverse("worklist:record", args=[activity.uid]),
        heading=_("Record %(title)s") % {"title": title},
        submit=_("Record %(title)s") % {"title": title},
        anchor=f"activity-{activity.uid}",
        region=f"act-{activity.uid}",
        is_small=_moves_nothing_else,
        use_case=lambda cleaned: partial(
            record_happened,
            activity_uid=activity.uid,
            on=cleaned["on"],
            at=cleaned["happened_at"],
            note=cleaned["note"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=lambda cleaned: _("%(title)s took place on %(day)s.") % on(cleaned),
        done=lambda cleaned: _("%(title)s recorded for %(day)s.") % on(cleaned),
        consequence=_moves_others,
        context={"activity": activity, "missing": missing_before(activity, roles=roles)},
    )
    make = partial(RecordForm, zone=case.zone)
    return change(request, case, kind, make, initial={"on": case.today})


def _moves_nothing_else(preview: Preview) -> bool:
    return not (preview.others_moved or preview.released)


def _moves_others(preview: Preview) -> str:
    count = preview.others_moved
    if not count:
        return ""
    return ngettext(
        "This moves %(count)d other date.", "This moves %(count)d other dates.", count
    ) % {"count": count}
