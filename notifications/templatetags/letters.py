"""Showing the text of a message."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# A line that ends with the address of a page of this site, which begins with one slash.
LEADS_ON = re.compile(r"(?P<words>.+?) (?P<path>/(?!/)[\w/?=&#.-]*)")


@register.filter
def linked_lines(text: str) -> SafeString:
    """Show a message line by line; one that ends with the address of a page leads there."""
    return format_html_join("", "{}<br>", ((_line(line),) for line in text.strip().splitlines()))


def _line(line: str) -> str:
    found = LEADS_ON.fullmatch(line)
    return format_html('<a href="{}">{}</a>', found["path"], found["words"]) if found else line
