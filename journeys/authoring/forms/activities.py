"""The form of one activity; the rows of its lists have forms of their own."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import minutes_field, number_field
from journeys.authoring.domain.editing import MOST_REPEATS, which_of
from journeys.authoring.forms.fields import SpanField, WordsField, lines_field, ticks_field
from journeys.authoring.forms.parts import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    DraftForm,
    choose,
    repeat_field,
)
from journeys.authoring.labels.spans import (
    rule_text,
)
from journeys.authoring.labels.words import (
    KIND_LABELS,
    MEASURED_LABELS,
    ROLL_LABELS,
    said,
)
from journeys.planning.domain.protocol import ActivityKind

ON_TRACK = "repeat_on_"  # the beginning of a field's name; the track's code follows


class ActivityForm(DraftForm):
    """What an activity is, when it is due, and what the patient reads."""

    title = WordsField(label=_("Title"), max_length=LONGEST_TITLE)
    stage = forms.ChoiceField(label=_("Stage"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, word) for kind, word in KIND_LABELS.items()]
    )
    minutes = minutes_field(_("Takes"), required=False)
    place = WordsField(label=_("Place"), max_length=LONGEST_TITLE, required=False)
    requires = ticks_field(
        _("Only after"), [], help_text=_("What must have happened before this may be recorded.")
    )
    regions = ticks_field(
        _("Only in"), [], help_text=_("None chosen: wherever the protocol holds.")
    )
    tracks = ticks_field(_("Only on the follow-up"), [], help_text=_("None chosen: on all."))
    anchor = forms.ChoiceField(label=_("Counts from"), required=False)
    measured_from = forms.ChoiceField(
        label=_("The window counts from"), choices=list(MEASURED_LABELS.items())
    )
    roll = forms.ChoiceField(
        label=_("On a closed day"),
        choices=[(roll.value, word) for roll, word in ROLL_LABELS.items()],
    )
    repeat_count = number_field(
        _("How often"),
        _("times"),
        most=MOST_REPEATS,
        required=False,
        help_text=_("Empty: once."),
    )
    repeat_rule = forms.ChoiceField(label=_("As often as the label says"), required=False)
    patient_title = WordsField(
        label=_("Title for the patient"), max_length=LONGEST_TITLE, required=False
    )
    prepare = lines_field(_("How to prepare"))
    watch = lines_field(_("What to watch for"))
    visible_to_patient = forms.BooleanField(label=_("The patient sees it"), required=False)
    source = WordsField(
        label=_("Source"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    confirm = forms.BooleanField(
        label=_("A clinician of the centre has yet to confirm the numbers"), required=False
    )

    def __init__(self, *args: Any, code: str = "", **kwargs: Any) -> None:
        self.code = code
        super().__init__(*args, **kwargs)

    def offer(self) -> None:
        """Offer the draft's points, stages, tracks and activities, and the product's rules."""
        initial, offered = self.initial, self.offered
        choose(self, "tracks", offered.tracks())
        for track in offered.protocol.tracks:
            self.fields[f"{ON_TRACK}{track.code}"] = WordsField(
                label=_("How often on “%(track)s”") % {"track": said(track.title)},
                initial=initial.get("repeat_tracks", {}).get(track.code, ""),
                max_length=100,
                required=False,
                help_text=_("A number, or which ones: 1-6, 8, 10."),
            )
        choose(self, "stage", offered.stages())
        choose(self, "requires", offered.others(self.code))
        choose(self, "regions", offered.regions(initial.get("regions", ())))
        anchors = offered.points(
            initial.get("anchor", ""), empty=_("nothing: the journey starts here")
        )
        choose(self, "anchor", anchors)
        rules = [(key, rule_text(key)) for key in self._rules(initial.get("repeat_rule"))]
        choose(self, "repeat_rule", [("", _("no label rule")), *rules])
        offset = initial.get("offset")
        rule = offset["rule"] if isinstance(offset, Mapping) else None
        spans = {
            "offset": (_("Target"), self._rules(rule)),
            "window_opens": (_("Window opens"), ()),
            "window_closes": (_("Window closes"), ()),
        }
        for name, (label, keys) in spans.items():
            self.fields[name] = SpanField(label=label, rules=keys, current=initial.get(name))
        self.fields["repeat_every"] = repeat_field(initial.get("repeat_every"))

    def clean(self) -> dict[str, Any]:
        """See that a repeat says how often and in which steps."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        count, rule = cleaned.get("repeat_count"), cleaned.get("repeat_rule")
        every = cleaned.get("repeat_every")
        cleaned["repeat_tracks"] = tracks = self._on_tracks(cleaned)
        if sum(map(bool, (count, rule, tracks))) > 1:
            said_twice = _("Enter a number, choose a rule, or say it for each follow-up: only one.")
            self.add_error("repeat_count", said_twice)
        is_repeated = bool(count or rule or tracks)
        if is_repeated and not every and "repeat_every" not in self.errors:
            self.add_error("repeat_every", _("Enter the time between two of them."))
        if every and not is_repeated and "repeat_count" not in self.errors:
            self.add_error("repeat_count", _("Enter how often, or empty the time between."))
        return cleaned

    def track_fields(self) -> list[forms.BoundField]:
        """Return the fields that say how often it comes on each follow-up."""
        return [self[name] for name in self.fields if name.startswith(ON_TRACK)]

    def _on_tracks(self, cleaned: dict[str, Any]) -> dict[str, str]:
        """Return what was typed for each track, after checking that it can be read."""
        typed = {
            name.removeprefix(ON_TRACK): text
            for name, text in cleaned.items()
            if name.startswith(ON_TRACK) and text
        }
        for track, text in list(typed.items()):
            try:
                which_of(text)
            except ValueError:
                self.add_error(
                    f"{ON_TRACK}{track}", _("Enter a number up to 100, or numbers like 1-6, 8, 10.")
                )
                del typed[track]
        return typed

    def _rules(self, current: str | None) -> tuple[str, ...]:
        """Return the rules on offer, with the one in use although the product has none of it."""
        return tuple(dict.fromkeys([*self.offered.rules, *([current] if current else [])]))


class NewActivityForm(DraftForm):
    """The little that an activity needs to stand in the protocol."""

    title = WordsField(label=_("Title"), max_length=LONGEST_TITLE)
    stage = forms.ChoiceField(label=_("Stage"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, word) for kind, word in KIND_LABELS.items()],
        initial=ActivityKind.VISIT.value,
    )
    anchor = forms.ChoiceField(label=_("Counts from"))

    def offer(self) -> None:
        """Offer the draft's stages and points, and the product's rules."""
        choose(self, "stage", self.offered.stages())
        choose(self, "anchor", self.offered.points(empty=_("Choose one")))
        self.fields["offset"] = SpanField(label=_("Target"), rules=self.offered.rules)

    def part(self) -> dict[str, Any]:
        """Return the activity as a document says it, without its code."""
        typed = self.cleaned_data
        return {key: typed[key] for key in ("stage", "title", "kind", "anchor", "offset")}
