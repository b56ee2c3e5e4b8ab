"""Giving a date another day, and letting the plan choose it again."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.planning.domain.states import MoveReason
from journeys.planning.models import Activity
from journeys.planning.selectors.wording import title_of
from journeys.planning.services import move, unlock
from journeys.worklist.access import SCHEDULERS, Case, on_activity
from journeys.worklist.forms import MoveForm, UnlockForm
from journeys.worklist.views.changing import Kind, change


@require_http_methods(["GET", "HEAD", "POST"])
@on_activity(roles=SCHEDULERS)
def move_activity(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    """Give an activity another day; with `?to_on=` the page begins with the preview."""
    title = title_of(activity)
    kind = Kind(
        address=reverse("worklist:move", args=[activity.uid]),
        heading=_("Move %(title)s") % {"title": title},
        lead=_("The day stays until a person moves it again."),
        submit=_("Commit"),
        method="get",
        beside="to_on",
        anchor=f"activity-{activity.uid}",
        use_case=lambda cleaned: partial(
            move,
            activity_uid=activity.uid,
            to_on=cleaned["to_on"],
            reason=cleaned.get("reason") or MoveReason.OTHER,
            note=cleaned.get("note", ""),
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        sentence=lambda cleaned: (
            _("%(title)s moves to %(day)s and stays there.")
            % {"title": title, "day": dates.staff_day(cleaned["to_on"], today=case.today)}
        ),
        done=lambda cleaned: (
            _("%(title)s moved to %(day)s.")
            % {"title": title, "day": dates.staff_day(cleaned["to_on"], today=case.today)}
        ),
        context={"activity": activity},
    )
    initial = {"to_on": activity.chosen_on or activity.target_on}
    return change(request, case, kind, MoveForm, initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
@on_activity(roles=SCHEDULERS)
def unlock_activity(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    """Let the plan choose the day of an activity again."""
    title = title_of(activity)
    kind = Kind(
        address=reverse("worklist:unlock", args=[activity.uid]),
        heading=_("Let the plan choose the day of %(title)s") % {"title": title},
        lead=_("Its day was fixed by a person. The plan then moves it with everything else."),
        submit=_("Let the plan choose"),
        anchor=f"activity-{activity.uid}",
        use_case=lambda _cleaned: partial(
            unlock, activity_uid=activity.uid, by=case.user, today=case.today, now=case.now
        ),
        sentence=lambda _cleaned: _("The day of %(title)s is no longer fixed.") % {"title": title},
        done=lambda _cleaned: _("The plan chooses the day of %(title)s again.") % {"title": title},
        context={"activity": activity},
    )
    return change(request, case, kind, UnlockForm)
