"""Dates and hours as people type them, what they mean at a centre, and the key of a form."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

# No patient was born before, and no journey planned today reaches further.
FIRST_YEAR, LAST_YEAR = 1900, 2199
A_DAY = 24 * 60
NO_SUCH_TIME = _("The clocks go forward that night; this hour does not exist. Choose another.")


class NoSuchTime(ValueError):
    """The clocks go forward over this hour, so it does not exist on that day."""


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


def number_field(
    label: Any, unit: Any, *, most: int, least: int = 1, **options: Any
) -> forms.IntegerField:
    """Return a field for a whole number, with its unit behind it."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-unit": unit}),
        **options,
    )


def minutes_field(label: Any, *, least: int = 1, **options: Any) -> forms.IntegerField:
    """Return a field for how long something takes."""
    return number_field(label, _("minutes"), least=least, most=A_DAY, **options)


def note_field(label: Any, **options: Any) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        **options,
    )


class MomentField(forms.DateTimeField):
    """An instant, or a local time; of a repeated hour the second, when more is known."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the instant; an hour that the clocks skip is refused."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone" or not (local := parse_datetime(value.strip())):
                raise
        check_year(local)
        zone = timezone.get_current_timezone()
        instant = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != local:
            raise ValidationError(NO_SUCH_TIME, code="no_such_time")
        return instant


class KeyField(forms.UUIDField):
    """The unseen name that a form gives to what it makes.

    It becomes the new row's uid, so that a form that is sent twice makes one row.
    """

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, initial=uuid4, **options)

    def clean(self, value: Any) -> UUID:
        """Return the key, or a new one where none came along."""
        found = super().clean(value)
        return found if isinstance(found, UUID) else uuid4()


def at_centre(on: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall time at a zone; of a repeated hour the first.

    Raises:
        NoSuchTime: the clocks skip that hour on that day.
    """
    local = datetime.combine(on, at, tzinfo=zone)
    instant = local.astimezone(ZoneInfo("UTC"))
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime
    return instant


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
        try:
            return at_centre(on, at, self.zone)
        except NoSuchTime:
            self.add_error(hour, NO_SUCH_TIME)
            return None
