"""The components as templates use them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template, engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import get_language, override

from carttrack.ui.ruler import RulerWindow

TODAY = date(2026, 3, 3)
AT = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


def render(source, path="/list/", **context):
    """Render a template for a request to `path`."""
    request = RequestFactory().get(path)
    return Template(source).render(Context({"request": request, "today": TODAY} | context)).strip()


def test_staff_see_day_number_and_window_beside_the_date():
    html = render(
        "{% staff_day on today day_number=28 opens=opens closes=closes at=at %}",
        on=TODAY,
        opens=date(2026, 2, 27),
        closes=date(2026, 3, 10),
        at=AT,
    )

    assert '<time datetime="2026-03-03T09:30:00+00:00">Tue 3 Mar 09:30</time>' in html
    assert "Day +28" in html
    assert "window 27 Feb–10 Mar" in html


def test_a_window_of_one_day_is_not_said_twice():
    html = render("{% staff_day today today opens=today closes=today %}")

    assert "window" not in html


def test_a_thing_without_a_date_says_so():
    assert "No date yet" in render("{% staff_day None today %}")
    assert "We will tell you when" in render("{% patient_day None today %}")


def test_a_patient_sees_an_exact_day_only_when_it_is_booked():
    window = {"opens": date(2026, 3, 20), "closes": date(2026, 3, 27)}
    source = "{% patient_day on today at=at opens=opens closes=closes %}"

    assert "between 20 and 27 March" in render(source, on=date(2026, 3, 24), at=None, **window)
    assert "Tuesday 3 March, 09:30" in render(source, on=TODAY, at=AT, **window)


def test_a_patient_sees_a_fixed_day_without_a_window():
    html = render("{% patient_day on today %}", on=TODAY)

    assert html == '<time datetime="2026-03-03">Tuesday 3 March</time>'


def test_distances_and_moments_stand_beside_dates():
    assert "tomorrow" in render("{% relative_day on today %}", on=date(2026, 3, 4))
    assert ">09:30</time>" in render("{% moment at today %}", at=AT)


class WeightForm(forms.Form):
    weight_kg = forms.DecimalField(
        label="Body weight",
        help_text="As measured today.",
        widget=forms.NumberInput(attrs={"data-unit": "kg"}),
    )
    told = forms.ChoiceField(choices=[("yes", "Yes")], widget=forms.RadioSelect)

    def clean(self):
        self.add_error(None, "Please ask a colleague.")


CRISPY = "{% load crispy_forms_filters %}{{ form|crispy }}"


def test_a_form_lists_its_errors_on_top_and_links_to_each_field():
    html = render(CRISPY, form=WeightForm({"weight_kg": "much"}))

    assert html.index("Please check these entries") < html.index("<label")
    assert html.count("Please ask a colleague.") == 1
    assert '<a href="#id_weight_kg">' in html
    assert "Body weight: Enter a number." in html
    assert '<a href="#div_id_told">' in html
    assert 'value="much"' in html


def test_a_field_explains_itself_before_it_is_filled_in():
    html = render(CRISPY, form=WeightForm())

    assert "Please check these entries" not in html
    assert html.index("As measured today.") < html.index("<input")
    assert '<span class="input-group-text">kg</span>' in html
    assert 'aria-describedby="id_weight_kg_helptext"' in html


def test_a_column_header_sorts_and_then_turns_the_order_round():
    source = '{% sort_header "name" "Name" default="name" %}'

    assert 'aria-sort="ascending"' in render(source)
    assert "?sort=-name" in render(source)
    assert 'aria-sort="descending"' in render(source, path="/list/?sort=-name")
    assert 'aria-sort="none"' in render(source, path="/list/?sort=due")


def test_sorting_keeps_the_filter_and_goes_back_to_the_first_page():
    html = render('{% sort_header "name" "Name" %}', path="/list/?state=overdue&page=4")

    assert 'href="?state=overdue&amp;sort=name"' in html


def test_a_filter_is_an_address_and_knows_when_it_is_chosen():
    source = '{% filter_chip "state" "overdue" "Overdue" 3 %}'

    assert 'href="?state=overdue"' in render(source)
    assert "aria-current" not in render(source)
    assert 'aria-current="true"' in render(source, path="/list/?state=overdue")


def test_the_chip_for_all_drops_the_filter():
    html = render('{% filter_chip "state" "" "All" %}', path="/list/?state=overdue&q=lind")

    assert 'href="?q=lind"' in html


def test_navigation_marks_where_one_is_and_leaves_out_what_is_missing():
    link = '{% nav_link "account_login" "Sign in" "lock" %}'

    assert 'aria-current="page"' in render(link, path="/accounts/login/")
    assert "aria-current" not in render(link)
    assert render('{% nav_link "no:such:route" "Nowhere" %}') == ""


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("<b>", "auto"), (None, "auto")]
)
def test_the_theme_is_the_readers_choice_or_the_devices(cookie, theme):
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES["theme"] = cookie

    assert Template("{% theme %}").render(Context({"request": request})) == theme


def test_a_ruler_has_the_same_facts_in_a_table():
    visit = RulerWindow(
        row="Visit", label="Return visit", opens=TODAY, closes=date(2026, 3, 10), state="booked"
    )
    html = render(
        "{% ruler windows start end today %}",
        windows=[visit],
        start=date(2026, 2, 1),
        end=date(2026, 4, 1),
    )

    assert "<svg" in html
    assert '<th scope="row">Return visit</th>' in html
    assert "window 3–10 Mar" in html


SWEDISH = {"Today": "I dag", "50%% of them": "50%% av dem"}


@pytest.fixture
def swedish(monkeypatch):
    """Translate some sentences into Swedish, and count how often one is looked up."""
    asked = []
    backend = translation._trans  # type: ignore[attr-defined]
    real = backend.gettext

    def gettext(message):
        asked.append(message)
        return SWEDISH[message] if message in SWEDISH and get_language() == "sv" else real(message)

    monkeypatch.setattr(backend, "gettext", gettext)
    return asked


def test_a_sentence_is_looked_up_once_for_each_language(swedish):
    page = engines["django"].from_string("{% translate 'Today' %}|{% translate '50% of them' %}")

    for _ in range(3):
        assert page.render() == "Today|50% of them"
        with override("sv"):
            assert page.render() == "I dag|50% av dem"

    assert len(swedish) == 4


def test_a_sentence_that_is_not_always_the_same_is_looked_up_each_time(swedish):
    page = engines["django"].from_string(
        "{% translate word %}{% translate 'Today' as day %}{{ day }}{% translate 'Today'|lower %}"
    )

    assert page.render({"word": "Today"}) == "TodayTodaytoday"
    with override("sv"):
        assert page.render({"word": "Today"}) == "I dagI dagi dag"
        assert page.render({"word": "<i>"}) == "&lt;i&gt;I dagi dag"
