"""Days and hours as people type them, and what they mean at a centre."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# No bed is booked before or after; a day beyond can only be mistyped.
FIRST_YEAR, LAST_YEAR = 2000, 2199
NO_SUCH_TIME = _("The clocks go forward that night; this hour does not exist. Choose another.")


def check_year(day: date) -> None:
    """Refuse a day whose year can only be mistyped.

    Raises:
        ValidationError: it is.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Check the year."), code="year")


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a calendar day."""
    return forms.DateField(
        label=label,
        validators=[check_year],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
        **options,
    )


def time_field(label: Any, **options: Any) -> forms.TimeField:
    """Return a field for a wall time."""
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "autocomplete": "off"}),
        **options,
    )


def minutes_field(label: Any, **options: Any) -> forms.IntegerField:
    """Return a field for how long something takes."""
    return forms.IntegerField(
        label=label,
        min_value=5,
        max_value=24 * 60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-unit": _("minutes")}),
        **options,
    )


class AtCentreForm(forms.Form):
    """A form whose days and hours are those of a centre."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def instant(self, day: str, hour: str) -> datetime | None:
        """Return the instant of two fields, or None when one is missing or the hour is skipped."""
        on, at = self.cleaned_data.get(day), self.cleaned_data.get(hour)
        if on is None or at is None:
            return None
        found = at_centre(on, at, self.zone)
        if found is None:
            self.add_error(hour, NO_SUCH_TIME)
        return found


def at_centre(on: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Return the instant of a wall time, of a repeated hour the first; None for a skipped one."""
    local = datetime.combine(on, at, tzinfo=zone)
    instant = local.astimezone(ZoneInfo("UTC"))
    exists = instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
    return instant if exists else None
