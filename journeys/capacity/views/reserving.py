"""Booking an activity into a unit."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.capacity.access import Place, on_activity
from journeys.capacity.domain.kinds import kind_for
from journeys.capacity.forms import ReserveForm, TimesForm
from journeys.capacity.labels import KIND_LABELS, said_days
from journeys.capacity.models import Resource
from journeys.capacity.selectors.booking import (
    bookable_units,
    free_units,
    next_free_day,
    stay_outlook,
    taken_by,
)
from journeys.capacity.selectors.people import journey_page, plain_booking_page
from journeys.capacity.services import Booked, may_overbook, reserve
from journeys.planning.models import Activity
from journeys.planning.selectors.wording import title_of
from journeys.planning.services import Refusal
from journeys.planning.workspace import definition_of

USUAL_MINUTES = 60


@require_http_methods(["GET", "HEAD", "POST"])
@on_activity
def reserving(request: SignedInRequest, place: Place, activity: Activity) -> HttpResponse:
    """Show what is free on a day and book it; `?on=` and `?minutes=` choose what is shown."""
    kind = kind_for(code=activity.code, kind=activity.kind)
    units = list(bookable_units(request.user, activity, kind)) if kind else []
    asked = _asked(request, place, activity)
    form = ReserveForm(
        request.POST or None,
        zone=place.zone,
        units=units,
        may_overbook=may_overbook(request.user, activity.centre),
        initial=_initial(request, asked),
    )
    if request.method == "POST" and form.is_valid():
        answer = _book(request, place, activity, form)
        if answer:
            return answer
    context = {
        "place": place,
        "centre": place.centre,
        "today": place.today,
        "activity": activity,
        "title": title_of(activity),
        "patient": activity.journey.patient,
        "form": form,
        "times": TimesForm(initial=asked),
        "kind_label": KIND_LABELS[kind] if kind else "",
        "back": journey_page(activity.journey.uid),
        "elsewhere": plain_booking_page(activity.uid),
        **asked,
        **_outlook(place, activity, units, asked),
    }
    return render(request, "capacity/reserve.html", context, status=422 if form.errors else 200)


def _asked(request: SignedInRequest, place: Place, activity: Activity) -> dict[str, object]:
    """Return the day and length that are looked at; what is missing or wrong gets its usual."""
    day = activity.chosen_on or activity.target_on or place.today
    usual = definition_of(activity).minutes or USUAL_MINUTES
    form = TimesForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    return {
        "on": form.cleaned_data.get("on") or max(day, place.today),
        "minutes": form.cleaned_data.get("minutes") or usual,
    }


def _initial(request: SignedInRequest, asked: dict[str, object]) -> dict[str, object]:
    chosen = {key: request.GET[key] for key in ("unit", "at") if key in request.GET}
    return asked | chosen


def _outlook(
    place: Place, activity: Activity, units: list[Resource], asked: dict[str, object]
) -> dict[str, object]:
    on, minutes = asked["on"], asked["minutes"]
    if not isinstance(on, date) or not isinstance(minutes, int) or not units:
        return {"free": (), "stays": (), "taken": ()}
    wanted = Resource.objects.filter(pk__in=[unit.pk for unit in units])
    free = free_units(wanted, activity, on=on, minutes=minutes, now=place.now)
    later = None
    if not any(unit.starts for unit in free):
        later = next_free_day(wanted, activity, after=on, minutes=minutes, now=place.now)
    return {
        "free": free,
        "next_day": later,
        "stays": stay_outlook(activity, day_0=on),
        "taken": taken_by(activity, on=on, today=place.today),
    }


def _book(
    request: SignedInRequest, place: Place, activity: Activity, form: ReserveForm
) -> HttpResponse | None:
    """Book and lead to the journey; a refusal becomes an error of the form."""
    data = form.cleaned_data
    chosen = next((unit.uid for unit in form.units if str(unit.uid) == data["unit"]), None)
    try:
        booked = reserve(
            activity_uid=activity.uid,
            resource_uid=chosen,
            starts_at=data["starts_at"],
            minutes=data["minutes"],
            overbook_reason=data.get("overbook_reason", ""),
            by=request.user,
            today=place.today,
            now=place.now,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return None
    messages.success(request, _said(booked, activity, place))
    for kind, days in booked.missing:
        names = {"kind": KIND_LABELS[kind], "days": said_days(days, today=place.today)}
        text = _("No unit was left as an option (%(kind)s). All are taken on %(days)s.")
        messages.warning(request, text % names)
    address = journey_page(activity.journey.uid)
    return redirect(f"{address}#activity-{activity.uid}" if address else "capacity:calendar")


def _said(booked: Booked, activity: Activity, place: Place) -> str:
    first, *others = booked.reservations
    said = _("%(title)s is booked: %(unit)s, %(when)s.") % {
        "title": title_of(activity),
        "unit": first.resource.name,
        "when": dates.staff_moment(first.starts_at, today=place.today),
    }
    if not others:
        return said
    names = ", ".join(each.resource.name for each in others)
    return f"{said} {_('Held with it: %(names)s.') % {'names': names}}"
