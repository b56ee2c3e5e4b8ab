"""What is typed to keep units, their hours and closures, and the length of stays."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import AtCentreForm, KeyField, day_field, time_field
from journeys.capacity.domain.hours import MIDNIGHT, Hours
from journeys.capacity.domain.kinds import STAY_KINDS
from journeys.capacity.labels import KIND_LABELS, kind_choices, weekday_choices
from journeys.capacity.models.resources import LONGEST_STAY_DAYS

SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
LAST_HOUR, LAST_MINUTE = 23, 59


class NewUnitForm(forms.Form):
    """A new unit."""

    kind = forms.ChoiceField(label=_("Kind"), choices=kind_choices)
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As people say it, like Chair 2.")
    )


class UnitForm(forms.Form):
    """What may change of a unit."""

    name = forms.CharField(label=_("Name"), max_length=80)
    is_active = forms.BooleanField(label=_("Can be booked"), required=False)


class HoursForm(forms.Form):
    """Hours by weekday as text; `week` in the cleaned data is what they mean."""

    whole_kind = forms.BooleanField(
        label=_("Set them for all units of this kind at the centre"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in weekday_choices():
            self.fields[f"day_{number}"] = forms.CharField(
                label=name,
                max_length=80,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": "08:00–12:00, 13:00–17:00"}),
            )

    def clean(self) -> dict[str, Any]:
        """Read every day's spans; days without any are closed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        week: dict[int, list[Hours]] = {}
        for number, _name in weekday_choices():
            try:
                spans = read_hours(cleaned.get(f"day_{number}") or "")
            except ValidationError as error:
                self.add_error(f"day_{number}", error)
                continue
            if spans:
                week[number] = spans
        cleaned["week"] = week
        return cleaned


def read_hours(text: str) -> list[Hours]:
    """Return the spans of a text like `08:00–12:00, 13:00–17:00`; 24:00 is the end of the day.

    Raises:
        ValidationError: it is not written so.
    """
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = SPAN.fullmatch(part)
        numbers = [int(number) for number in match.groups()] if match else []
        if not numbers:
            raise ValidationError(_("Write hours like 08:00–12:00, 13:00–17:00."))
        opens, closes = _time(*numbers[:2]), _time(*numbers[2:])
        if closes <= opens and closes != MIDNIGHT:
            raise ValidationError(_("Each span ends after it begins."))
        found.append(Hours(opens, closes))
    return found


def said_hours(week: Mapping[int, Sequence[Hours]]) -> dict[str, str]:
    """Return the initial values of the form for a week."""
    return {
        f"day_{day}": ", ".join(f"{each.opens:%H:%M}–{each.closes:%H:%M}" for each in week[day])
        for day in week
    }


def _time(hour: int, minute: int) -> time:
    if (hour, minute) == (24, 0):
        return MIDNIGHT
    if hour > LAST_HOUR or minute > LAST_MINUTE:
        raise ValidationError(_("A day has 24 hours, an hour 60 minutes."))
    return time(hour, minute)


class ClosureForm(AtCentreForm):
    """From when to when a unit is closed, and why."""

    key = KeyField()
    from_on = day_field(_("From"))
    from_at = time_field(_("At"))
    until_on = day_field(_("Until"))
    until_at = time_field(_("At"))
    reason = forms.CharField(label=_("Reason"), max_length=120)

    def clean(self) -> dict[str, Any]:
        """Add the two instants."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_at = self.instant("from_on", "from_at")
        ends_at = self.instant("until_on", "until_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("until_on", _("A closure ends after it begins."))
        cleaned["starts_at"], cleaned["ends_at"] = starts_at, ends_at
        return cleaned


class StayForm(forms.Form):
    """To which day a bed is held for an infusion, and on whose word."""

    kind = forms.ChoiceField(
        label=_("Bed"),
        choices=[(kind.value, KIND_LABELS[kind]) for kind in sorted(STAY_KINDS)],
    )
    last_day = forms.IntegerField(
        label=_("Held to day"),
        min_value=0,
        max_value=LONGEST_STAY_DAYS,
        help_text=_("Day 0 is the day of the infusion."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    source = forms.CharField(
        label=_("On whose word"), max_length=200, help_text=_("An agreement, a guideline, a name.")
    )
