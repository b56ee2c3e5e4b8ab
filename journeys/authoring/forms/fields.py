"""A span of time as people choose it: a number, a unit with its direction, or a label rule."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys.authoring.labels.spans import rule_text
from journeys.planning.domain.duration import MONTHS_PER_YEAR, Duration
from journeys.planning.labels import length_text

LARGEST = 36_500  # days in a hundred years, the longest span that the schema takes
BY_RULE = "rule"
BEFORE_BY_RULE = "-rule"
# How a unit is written in a document, around the number.
UNITS: dict[str, tuple[str, Promise]] = {
    "D": ("P{}D", _("days after")),
    "-D": ("-P{}D", _("days before")),
    "M": ("P{}M", _("months after")),
    "-M": ("-P{}M", _("months before")),
    "Y": ("P{}Y", _("years after")),
    "-Y": ("-P{}Y", _("years before")),
}
PLAIN_UNITS: dict[str, tuple[str, Promise]] = {
    "D": ("P{}D", _("days")),
    "M": ("P{}M", _("months")),
    "Y": ("P{}Y", _("years")),
}
Choices = list[tuple[str, Any]]


class SpanWidget(forms.MultiWidget):
    """Number, unit and, where rules are offered, the rule; read aloud as one group."""

    use_fieldset = True

    def __init__(self, units: Choices, rules: Choices) -> None:
        number = forms.NumberInput(
            attrs={"aria-label": _("Number"), "inputmode": "numeric", "min": 0, "max": LARGEST}
        )
        parts: list[forms.Widget] = [
            number,
            forms.Select(attrs={"aria-label": _("Unit"), "class": "form-select"}, choices=units),
        ]
        if rules:
            attrs = {"aria-label": _("Label rule"), "class": "form-select"}
            parts.append(forms.Select(attrs=attrs, choices=rules))
        super().__init__(parts)
        self.units = units

    def decompress(self, value: Any) -> list[Any]:
        """Return number, unit and rule of a document's span."""
        if isinstance(value, Mapping):
            return [None, BEFORE_BY_RULE if value.get("negative") else BY_RULE, value["rule"]]
        if not isinstance(value, str):
            return [None, "", ""]
        try:
            return _parts_of(value, dict(self.units))
        except ValueError:
            return [None, "", ""]


class SpanField(forms.MultiValueField):
    """A duration or label rule, cleaned to what the document says (`P28D`, `{"rule": …}`).

    A span of several units, which the units here cannot say, is offered as it is.
    """

    def __init__(
        self,
        *,
        units: Mapping[str, tuple[str, Promise]] = UNITS,
        rules: Iterable[str] = (),
        current: Any = None,
        **options: Any,
    ) -> None:
        self.units = dict(units)
        choices: Choices = [(code, label) for code, (_form, label) in units.items()]
        known = [(key, rule_text(key)) for key in rules]
        if known:
            choices += [
                (BY_RULE, _("by the label, after")),
                (BEFORE_BY_RULE, _("by the label, before")),
            ]
        if isinstance(current, str) and _unsayable(current, units):
            choices.append((current, length_text(Duration.parse(current))))
        rule_choices: Choices = [("", _("no label rule")), *known] if known else []
        fields: list[forms.Field] = [
            forms.IntegerField(min_value=0, max_value=LARGEST, required=False),
            forms.ChoiceField(choices=[("", ""), *choices], required=False),
        ]
        if known:
            fields.append(forms.ChoiceField(choices=rule_choices, required=False))
        super().__init__(
            fields=tuple(fields),
            widget=SpanWidget(choices, rule_choices),
            require_all_fields=False,
            **options,
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something was typed; a unit without a number is nothing."""
        number, unit, rule = [*(data or []), "", "", ""][:3]
        is_empty = number in (None, "") and not rule and (not unit or unit in self.units)
        if is_empty and initial is None:
            return False
        return bool(super().has_changed(initial, data))

    def compress(self, data_list: list[Any]) -> Any:
        """Return the span as the document says it; None when nothing was chosen.

        Raises:
            ValidationError: the number or the rule is missing.
        """
        number, unit, rule = [*data_list, None, None, None][:3]
        if unit in {BY_RULE, BEFORE_BY_RULE}:
            if not rule:
                raise ValidationError(_("Choose the label rule."), code="rule")
            return {"rule": rule, "negative": True} if unit == BEFORE_BY_RULE else {"rule": rule}
        if unit and unit not in self.units:
            return unit
        if number is None:
            if self.required:
                raise ValidationError(_("Enter a number."), code="required")
            return None
        if not unit:
            raise ValidationError(_("Choose a unit."), code="unit")
        return _written(number, unit, self.units)


def _written(number: int, unit: str, units: Mapping[str, tuple[str, Promise]]) -> str:
    if number == 0:
        return "P0D"
    text = units[unit][0].format(number)
    if abs(Duration.parse(text).months) > LARGEST // 365 * MONTHS_PER_YEAR:
        raise ValidationError(_("That is more than a hundred years."), code="max")
    return text


def _parts_of(text: str, units: Container[str]) -> list[Any]:
    """Return number, unit and rule of a duration; what the units cannot say stays as it is."""
    if _unsayable(text, units):
        return [None, text, ""]
    value, unit = _counted(Duration.parse(text))
    return [abs(value), f"-{unit}" if value < 0 else unit, ""]


def _unsayable(text: str, units: Container[str]) -> bool:
    """Tell whether a duration needs more than one of the units."""
    try:
        span = Duration.parse(text)
    except ValueError:
        return False
    value, unit = _counted(span)
    return bool(span.months and span.days) or (f"-{unit}" if value < 0 else unit) not in units


def _counted(span: Duration) -> tuple[int, str]:
    if not span.months:
        return span.days, "D"
    if span.months % MONTHS_PER_YEAR:
        return span.months, "M"
    return span.months // MONTHS_PER_YEAR, "Y"


class WordsField(forms.CharField):
    """A text on one line; white space at its ends and doubled inside does not count."""

    def to_python(self, value: Any) -> str:
        """Return the text with single spaces."""
        return " ".join(str(super().to_python(value) or "").split())


def lines_field(label: Any, **options: Any) -> forms.CharField:
    """Return a field for a list of short texts, one on each line."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line."),
        **options,
    )


def ticks_field(label: Any, choices: Choices, **options: Any) -> forms.MultipleChoiceField:
    """Return a field for any number of choices."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        **options,
    )
