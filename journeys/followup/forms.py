"""The form of a visit's record; what it cannot know it leaves to the service."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import User
from carttrack.ui import dates
from journeys.followup.domain.answers import Mode
from journeys.followup.domain.counts import MEASURES
from journeys.followup.domain.findings import Findings, problems
from journeys.followup.domain.response import SCALES, Response, criteria_for
from journeys.followup.domain.timing import Timing, timing_of
from journeys.followup.labels import (
    CRITERIA_LABELS,
    GRADE_LABELS,
    MEASURE_LABELS,
    RESPONSE_LABELS,
    answer_choices,
    mode_choices,
    slip_sentence,
)
from journeys.followup.models import Visit
from journeys.followup.services.writing import PLAIN_FIELDS
from journeys.planning.models import Activity

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

UNKNOWN = "unknown"
DAY_FIELDS = ("crs_began_on", "crs_ended_on", "icans_began_on", "icans_ended_on")


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CountInput(forms.TextInput):
    """A number typed with a decimal point or a comma, both of which laboratories print."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Read a comma as a point."""
        return str(data.get(name, "")).replace(",", ".")


class CountField(forms.DecimalField):
    """A laboratory value in its one unit, with `not measured` beside it in the form."""

    def __init__(self, code: str) -> None:
        measure = MEASURES[code]
        super().__init__(
            label=MEASURE_LABELS[code],
            required=False,
            widget=CountInput(
                attrs={
                    "inputmode": "decimal" if measure.decimals else "numeric",
                    "autocomplete": "off",
                    "data-unit": measure.unit,
                    "maxlength": 12,
                }
            ),
        )


def _text(
    label: "_StrPromise", *, rows: int = 2, help_text: "str | _StrPromise" = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=4000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _choice(label: "_StrPromise", choices: "list[tuple[str, _StrPromise]]") -> forms.ChoiceField:
    """Return a choice that has to be made; nothing is chosen beforehand."""
    return forms.ChoiceField(label=label, choices=[("", _("Choose")), *choices])


def _day(label: "_StrPromise") -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput())


class FindingsForm(forms.Form):
    """What was found: the part that a record and its correction share."""

    mode = forms.ChoiceField(
        label=_("How you met"),
        choices=mode_choices,
        widget=forms.RadioSelect,
        initial=Mode.IN_PERSON,
    )
    seen_by = forms.ModelChoiceField(
        label=_("Seen by"), queryset=User.objects.none(), empty_label=None
    )
    response = forms.ChoiceField(label=_("Response"))
    tested_on = forms.DateField(
        label=_("Day of the scan or marrow"), required=False, widget=DayInput()
    )
    haemoglobin = CountField("haemoglobin")
    neutrophils = CountField("neutrophils")
    platelets = CountField("platelets")
    lymphocytes = CountField("lymphocytes")
    igg = CountField("igg")
    cd4 = CountField("cd4")
    max_crs_grade = _choice(_("Worst CRS, ASTCT"), list(GRADE_LABELS.items()))
    crs_began_on = _day(_("CRS began"))
    crs_ended_on = _day(_("CRS ended"))
    max_icans_grade = _choice(_("Worst ICANS, ASTCT"), list(GRADE_LABELS.items()))
    icans_began_on = _day(_("ICANS began"))
    icans_ended_on = _day(_("ICANS ended"))
    intensive_care = _choice(_("Intensive care"), answer_choices())
    infection = _choice(_("Infections"), answer_choices())
    infection_note = _text(_("Which infections"))
    second_cancer = _choice(_("Second cancer suspected"), answer_choices())
    ongoing_toxicity = _text(_("Ongoing toxicity"))
    notes = _text(_("Notes"), rows=5)

    def __init__(
        self,
        *args: Any,
        activity: Activity,
        clinicians: Any,
        today: date,
        hints: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity
        self.today = today
        self.has_hints = bool(hints)
        self.fields["seen_by"].queryset = clinicians  # type: ignore[attr-defined]
        self.fields["response"].choices = _responses(activity)  # type: ignore[attr-defined]
        for code, label in MEASURE_LABELS.items():
            self.fields[f"no_{code}"] = forms.BooleanField(
                label=gettext("Not measured"),
                required=False,
                widget=forms.CheckboxInput(
                    attrs={"aria-label": gettext("%(value)s not measured") % {"value": label}}
                ),
            )
        for name, hint in hints.items():
            self.fields[name].help_text = hint

    def clean(self) -> dict[str, Any]:
        """Say what is wrong beside each field, by the same rules as the service."""
        cleaned = super().clean() or {}
        if not self.errors:
            for problem in problems(self.findings(), today=self.today):
                self.add_error(problem.field, slip_sentence(problem.slip))
        return cleaned

    def findings(self) -> Findings:
        """Return what was typed as one value."""
        data = self.cleaned_data
        criteria, _colon, response = data["response"].rpartition(":")
        typed = {name: data[name] for name in (*DAY_FIELDS, "tested_on")}
        said = {
            name: data[name]
            for name in (
                "intensive_care",
                "infection",
                "infection_note",
                "second_cancer",
                "ongoing_toxicity",
                "notes",
            )
        }
        return Findings(
            criteria=criteria,
            response=response,
            counts={code: data[code] for code in MEASURES if data[code] is not None},
            not_measured=frozenset(code for code in MEASURES if data[f"no_{code}"]),
            max_crs_grade=_grade(data["max_crs_grade"]),
            max_icans_grade=_grade(data["max_icans_grade"]),
            **typed,
            **said,
        )

    def counts(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return each laboratory value with its `not measured`, for the template."""
        return [(self[code], self[f"no_{code}"]) for code in MEASURES]


class VisitForm(FindingsForm):
    """Record a visit that took place."""

    seen_on = forms.DateField(label=_("Seen on"), widget=DayInput())
    timing_reason = _text(
        _("Why outside the window"), help_text=_("Needed when the day is outside the window.")
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a visit outside its window."""
        cleaned = super().clean()
        seen_on = cleaned.get("seen_on")
        if seen_on and seen_on > self.today:
            self.add_error("seen_on", gettext("A visit is recorded once it has taken place."))
        elif seen_on and not cleaned.get("timing_reason", "").strip():
            self._ask_why_outside(seen_on)
        return cleaned

    def _ask_why_outside(self, seen_on: date) -> None:
        opens_on, closes_on = self.activity.opens_on, self.activity.closes_on
        if opens_on is None or closes_on is None:
            return
        window = {"window": dates.staff_window(opens_on, closes_on, today=self.today)}
        sentences = {
            Timing.EARLY: gettext("This is before the window (%(window)s). Say why."),
            Timing.LATE: gettext("This is after the window (%(window)s). Say why."),
        }
        timing = timing_of(seen_on, opens_on=opens_on, closes_on=closes_on)
        if timing in sentences:
            self.add_error("timing_reason", sentences[timing] % window)


class CorrectionForm(FindingsForm):
    """Correct a record; `version` is the one that the person sees."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.CharField(
        label=_("What was wrong"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


def initial_of(visit: Visit) -> dict[str, Any]:
    """Return a record as the values of a form."""
    initial: dict[str, Any] = {field: getattr(visit, field) for field in PLAIN_FIELDS}
    initial |= {code: getattr(visit, code) for code in MEASURES}
    initial |= {f"no_{code}": code in visit.not_measured for code in MEASURES}
    for event in ("crs", "icans"):
        grade = initial[f"max_{event}_grade"]
        initial[f"max_{event}_grade"] = UNKNOWN if grade is None else str(grade)
    initial["response"] = f"{visit.criteria}:{visit.response}" if visit.criteria else visit.response
    return initial | {"mode": visit.mode, "seen_by": visit.seen_by_id, "version": visit.version}


def _responses(activity: Activity) -> list[Any]:
    """Return the responses to offer, in a group per set of criteria."""
    groups = [
        (
            CRITERIA_LABELS[criteria],
            [(f"{criteria}:{word}", RESPONSE_LABELS[word]) for word in SCALES[criteria]],
        )
        for criteria in criteria_for(activity.journey.protocol_version.protocol.code)
    ]
    not_assessed = (Response.NOT_ASSESSED.value, RESPONSE_LABELS[Response.NOT_ASSESSED])
    return [("", _("Choose")), *groups, not_assessed]


def _grade(chosen: str) -> int | None:
    return None if chosen == UNKNOWN else int(chosen)
