"""HTML composed in Python: what is not HTML already is escaped."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from carttrack.ui.markup import joined, markup


@pytest.mark.parametrize(
    "value",
    ["<script>", 'O\'Neil & "sons"', SafeString("<b>bold</b>"), 7, None, gettext_lazy("Name")],
)
def test_markup_writes_what_format_html_writes(value):
    assert markup("<p>{}</p>", value) == format_html("<p>{}</p>", value)


def test_what_is_composed_is_not_escaped_again():
    inner = markup("<b>{}</b>", "<")

    assert markup("<p>{}</p>", joined([inner, inner], "")) == "<p><b>&lt;</b><b>&lt;</b></p>"
