"""The rows of an activity's lists: its messages, and its limits by date."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import number_field
from journeys.authoring.domain.editing import MOST_REPEATS, rows_of
from journeys.authoring.forms.fields import SpanField, WordsField
from journeys.authoring.forms.parts import (
    LONGEST_TEXT,
    Offered,
    choose,
)
from journeys.authoring.labels.spans import (
    offset_text,
    point_text,
    reminder_text,
    titles_of,
)
from journeys.authoring.labels.words import (
    AUDIENCE_LABELS,
    CHANNEL_LABELS,
    MESSAGE_LABELS,
    PURPOSE_LABELS,
    QUIET_LABELS,
    WHEN_LABELS,
)
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.reminding import (
    Audience,
    ReminderDefinition,
    ReminderRepeat,
    ReminderWhen,
)

if TYPE_CHECKING:
    RowSet = forms.BaseFormSet["RowForm"]

MOST_ROWS = 30
FAR = 3660  # days from an activity to a message about it; the schema knows no bound
CODE = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"


class RowForm(forms.Form):
    """One row of a list; `was` is its place in the document, empty for a new one."""

    was = forms.IntegerField(
        min_value=0, max_value=MOST_ROWS, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.offer()

    def offer(self) -> None:
        """Fill the choices that depend on the draft."""


class ReminderForm(RowForm):
    """A rule for one message."""

    kind = forms.ChoiceField(
        label=_("Message"), choices=[("", _("Choose one")), *MESSAGE_LABELS.items()]
    )
    audience = forms.ChoiceField(
        label=_("To"),
        choices=[(one.value, word) for one, word in AUDIENCE_LABELS.items()],
        initial=Audience.PATIENT.value,
    )
    channel = forms.ChoiceField(
        label=_("By"), choices=list(CHANNEL_LABELS.items()), initial="email"
    )
    offset_days = forms.IntegerField(
        label=_("Day"),
        min_value=-FAR,
        max_value=FAR,
        required=False,
        help_text=_("−3 is three days before, 1 the day after. Empty: as soon as it is booked."),
    )
    at = forms.RegexField(
        label=_("At"),
        regex=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        initial="09:00",
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Enter a time of day like 09:00.")},
    )
    when = forms.ChoiceField(
        label=_("Only"),
        choices=[(one.value, word) for one, word in WHEN_LABELS.items()],
        initial=ReminderWhen.ALWAYS.value,
    )
    expires_days = number_field(_("Too late after"), _("days"), least=0, most=FAR, initial=1)
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=list(PURPOSE_LABELS.items()), initial="comfort"
    )
    quiet = forms.ChoiceField(
        label=_("At night"), choices=list(QUIET_LABELS.items()), initial="wait"
    )
    asks = forms.BooleanField(label=_("Asks whether the recipient comes"), required=False)
    first_only = forms.BooleanField(
        label=_("Only the first time, when the activity comes back"), required=False
    )
    escalate_hours = number_field(
        _("Climbs after"),
        _("hours"),
        most=1000,
        required=False,
        help_text=_("Without an acknowledgement by then, somebody else is told. Empty: nobody."),
    )
    repeat_days = number_field(_("Again every"), _("days"), most=400, required=False)
    repeat_times = number_field(
        _("Times in all"), _("times"), most=60, required=False, help_text=_("Empty: once.")
    )
    code = forms.RegexField(
        label=_("Code"),
        regex=CODE,
        max_length=40,
        help_text=_("Lower-case letters, digits and underscores; each once per activity."),
    )

    def summary(self) -> str:
        """Return the rule in words."""
        values = {name: value for name, value in self.initial.items() if name != "was"}
        days, times = values.pop("repeat_days", None), values.pop("repeat_times", None)
        if days and times:
            values["repeat"] = ReminderRepeat(every_days=days, times=times)
        return capfirst(reminder_text(ReminderDefinition(**values)))

    def clean(self) -> dict[str, Any]:
        """Refuse half a rhythm."""
        typed = super().clean() or self.cleaned_data
        if bool(typed.get("repeat_days")) != bool(typed.get("repeat_times")):
            self.add_error("repeat_times", _("Say both how often and how many times, or neither."))
        return typed


class FloorForm(RowForm):
    """A day that no occurrence lies before."""

    anchor = forms.ChoiceField(label=_("Counts from"))
    why = WordsField(label=_("Reason"), max_length=LONGEST_TEXT, required=False)

    def offer(self) -> None:
        """Offer the draft's points."""
        current = self.initial.get("anchor", "")
        choose(self, "anchor", self.offered.points(current, empty=_("Choose one")))
        self.fields["offset"] = SpanField(label=_("Limit"), current=self.initial.get("offset"))

    def summary(self) -> str:
        """Return the limit in words."""
        titles = titles_of(self.offered.protocol)
        offset = Duration.parse(self.initial["offset"])
        return capfirst(offset_text(offset, point_text(self.initial["anchor"], titles)))


class CeilingForm(FloorForm):
    """A day that one occurrence does not lie after."""

    occurrence = forms.IntegerField(
        label=_("Which one"), min_value=1, max_value=MOST_REPEATS, initial=1
    )


ROWS: dict[str, type[RowForm]] = {
    "reminders": ReminderForm,
    "not_before": FloorForm,
    "not_after": CeilingForm,
}


def row_sets(
    part: Mapping[str, Any], *, offered: Offered, posted: Any = None
) -> "dict[str, RowSet]":
    """Return the lists of an activity as formsets, each with one empty row more."""
    return {
        key: forms.formset_factory(
            form,
            extra=1,
            can_delete=True,
            max_num=MOST_ROWS,
            absolute_max=MOST_ROWS + 1,
            validate_max=True,
        )(
            posted,
            prefix=key,
            initial=rows_of(part, key),
            form_kwargs={"offered": offered},
        )
        for key, form in ROWS.items()
    }


def rows_typed(formset: "RowSet") -> list[dict[str, Any]]:
    """Return what the rows of a valid formset say, without those to delete."""
    kept = [form for form in formset.forms if form.has_changed() or form.initial]
    return [
        {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
        for form in kept
        if not form.cleaned_data.get("DELETE") and form.cleaned_data
    ]
