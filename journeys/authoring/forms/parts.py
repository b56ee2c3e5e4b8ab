"""The forms of a draft: the protocol as a whole, a stage, a constraint, and what to choose from."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.labels import REGION_LABELS
from carttrack.ui.fields import KeyField
from journeys.authoring.forms.fields import PLAIN_UNITS, UNITS, SpanField, WordsField, ticks_field
from journeys.authoring.labels.words import said
from journeys.authoring.selectors.points import Choices, point_choices
from journeys.planning.domain.protocol import Protocol

LONGEST_TITLE = 200
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What the forms of one draft offer: its points, stages, regions, and the product's rules."""

    protocol: Protocol
    rules: tuple[str, ...]

    def points(self, current: str = "", empty: Promise | str = "") -> Choices:
        """Return the points to count from."""
        return point_choices(self.protocol, current=current, empty=empty)

    def stages(self) -> Choices:
        """Return the stages."""
        return [(stage.code, said(stage.title)) for stage in self.protocol.stages]

    def regions(self, current: Any = ()) -> Choices:
        """Return the regions of the protocol, and those that a part names all the same."""
        names = dict.fromkeys([*self.protocol.regions, *current])
        words = {region.value: label for region, label in REGION_LABELS.items()}
        return [(region, words.get(region, region)) for region in names]

    def tracks(self) -> Choices:
        """Return the follow-up tracks."""
        return [(track.code, said(track.title)) for track in self.protocol.tracks]

    def others(self, code: str) -> Choices:
        """Return the activities but one."""
        return [(d.code, said(d.title)) for d in self.protocol.activities if d.code != code]


class DraftForm(forms.Form):
    """A form of a draft; `revision` is the save that the person looked at."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.offer()

    def offer(self) -> None:
        """Fill the choices that depend on the draft."""


class CopyForm(forms.Form):
    """A button that starts a draft."""

    key = KeyField()


class RevisionForm(forms.Form):
    """A button that is about one save of a draft."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class ProtocolForm(DraftForm):
    """What the protocol as a whole is called, where it holds, and what it rests on."""

    title = WordsField(label=_("Title"), max_length=LONGEST_TITLE)
    regions = forms.MultipleChoiceField(
        label=_("Regions"),
        choices=[(region.value, label) for region, label in REGION_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whose label rules the journeys follow."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StageForm(DraftForm):
    """How a stage is called, what the patient reads, and the two points that bound it."""

    title = WordsField(label=_("Title"), max_length=LONGEST_TITLE)
    patient_title = WordsField(
        label=_("Title for the patient"), max_length=LONGEST_TITLE, required=False
    )
    patient_text = WordsField(
        label=_("Text for the patient"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Short sentences, no abbreviations."),
    )
    starts_with = forms.ChoiceField(label=_("Starts with"))
    ends_with = forms.ChoiceField(label=_("Ends with"))

    def offer(self) -> None:
        """Offer the draft's points."""
        for name in ("starts_with", "ends_with"):
            choose(self, name, self.offered.points(self.initial.get(name, "")))


class ConstraintForm(DraftForm):
    """How far one point must lie from another, and why."""

    earlier = forms.ChoiceField(label=_("Earlier point"))
    later = forms.ChoiceField(label=_("Later point"))
    regions = ticks_field(
        _("Only in"), [], help_text=_("None chosen: wherever the protocol holds.")
    )
    why = WordsField(
        label=_("Reason"),
        max_length=LONGEST_TEXT,
        help_text=_("It is shown whenever a plan breaks this limit."),
    )
    source = forms.CharField(label=_("Source"), max_length=LONGEST_TEXT, required=False)
    confirm = forms.BooleanField(
        label=_("A clinician of the centre has yet to confirm the numbers"), required=False
    )

    field_order = ("revision", "earlier", "later", "min", "max", "why", "source")

    def offer(self) -> None:
        """Offer the draft's points and the product's rules."""
        initial = self.initial
        for name in ("earlier", "later"):
            choose(self, name, self.offered.points(initial.get(name, ""), empty=_("Choose one")))
        choose(self, "regions", self.offered.regions(initial.get("regions", ())))
        for name, label in (("min", _("At least")), ("max", _("At most"))):
            self.fields[name] = SpanField(
                label=label,
                units={"D": UNITS["D"], "-D": UNITS["-D"]},
                rules=self.offered.rules,
                current=initial.get(name),
                required=False,
                help_text=_("From the earlier to the later point."),
            )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one limit between two different points."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        limits = {"min", "max"}
        if not limits & self.errors.keys() and not any(cleaned.get(name) for name in limits):
            self.add_error("min", _("Enter the least or the most, or both."))
        if cleaned.get("earlier") and cleaned.get("earlier") == cleaned.get("later"):
            self.add_error("later", _("Choose another point than the earlier one."))
        return cleaned


def choose(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field of a form its choices."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def repeat_field(current: Any) -> SpanField:
    """Return the field for the time between two occurrences."""
    return SpanField(label=_("Every"), units=PLAIN_UNITS, current=current, required=False)
