"""A document goes into the forms and comes out of them as it was."""

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from journeys.authoring.documents import checked
from journeys.authoring.domain import editing
from journeys.authoring.domain.merging import put_lines, put_span, put_words
from journeys.authoring.forms.activities import ActivityForm
from journeys.authoring.forms.fields import SpanField
from journeys.authoring.forms.parts import ConstraintForm, Offered, ProtocolForm, StageForm
from journeys.authoring.forms.rows import row_sets, rows_typed
from journeys.planning.documents import checksum
from tests.authoring.pages import sent_by
from tests.factories import shipped_files

RULESETS, PROTOCOLS = shipped_files()[1:]
CODES = sorted(PROTOCOLS)


def offered_for(code):
    protocol = PROTOCOLS[code][0]
    keys = {key for one in RULESETS if one.product == protocol.product for key in one.rules}
    return Offered(protocol=protocol, rules=tuple(sorted(keys)))


def posted(*rendered):
    """Return what a browser sends of rendered forms that nobody touched."""
    data = QueryDict(mutable=True)
    for form in rendered:
        for name, value in sent_by(form.as_p()).items():
            data.setlist(name, value if isinstance(value, list) else [value])
    data["revision"] = "1"
    return data


def through(form_class, initial, **options):
    """Return what a form gives back when it is saved without a change."""
    form = form_class(posted(form_class(initial=initial, **options)), initial=initial, **options)
    assert form.is_valid(), form.errors
    return form.cleaned_data


@pytest.mark.feature(1)
@pytest.mark.parametrize("code", CODES)
def test_every_shipped_protocol_comes_out_of_the_forms_as_it_went_in(code):
    document, offered = PROTOCOLS[code][1], offered_for(code)
    changed = editing.protocol_with(
        document, through(ProtocolForm, editing.protocol_values(document), offered=offered)
    )
    changed["stages"] = [
        editing.stage_with(part, through(StageForm, editing.stage_values(part), offered=offered))
        for part in document["stages"]
    ]
    changed["constraints"] = [
        editing.constraint_with(
            part, through(ConstraintForm, editing.constraint_values(part), offered=offered)
        )
        for part in document["constraints"]
    ]
    changed["activities"] = [activity_through(part, offered) for part in document["activities"]]

    assert checked(changed) == PROTOCOLS[code][0]
    assert checksum(changed) == checksum(document)


def activity_through(part, offered):
    rows = row_sets(part, offered=offered)
    data = posted(*rows.values())
    values = editing.activity_values(part)
    options = {"initial": values, "offered": offered, "code": part["code"]}
    for name, value in posted(ActivityForm(**options)).lists():
        data.setlist(name, value)
    form = ActivityForm(data, **options)
    bound = row_sets(part, offered=offered, posted=data)
    assert form.is_valid(), (part["code"], form.errors)
    assert all(formset.is_valid() for formset in bound.values())
    typed = {key: rows_typed(formset) for key, formset in bound.items()}
    return editing.activity_with(part, form.cleaned_data, typed)


durations = st.builds(
    lambda sign, number, unit: f"{sign}P{number}{unit}",
    st.sampled_from(["", "-"]),
    st.integers(0, 99),
    st.sampled_from(["D", "W", "M", "Y", "M5D", "Y3M"]),
)


@given(span=durations)
def test_a_span_comes_out_of_its_field_as_it_went_in(span):
    class Form(forms.Form):
        span_field = SpanField(current=span)

    form = Form(sent_by(Form(initial={"span_field": span}).as_p()))
    assert form.is_valid(), form.errors
    part = {"offset": span}
    put_span(part, "offset", form.cleaned_data["span_field"])

    assert part == {"offset": span}


@given(numbers=st.sets(st.integers(1, 100), min_size=2))
def test_the_numbers_of_a_track_are_read_as_they_are_written(numbers):
    assert editing.which_of(editing.which_text(numbers)) == sorted(numbers)


@pytest.mark.parametrize("text", ["", "0", "x", "1-", "-3", "101", "1-1000000000", "5-3", "1,,2"])
def test_what_names_no_occurrences_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - its text is what was typed
        editing.which_of(text)


def test_other_languages_stay_when_the_english_text_changes():
    part = {"title": {"en": "Visit", "sv": "Besök"}, "prepare": [{"en": "Eat", "sv": "Ät"}]}
    put_words(part, "title", "Clinic visit")
    put_lines(part, "prepare", ["Eat", "Drink"])

    assert part == {
        "title": {"en": "Clinic visit", "sv": "Besök"},
        "prepare": [{"en": "Eat", "sv": "Ät"}, "Drink"],
    }
