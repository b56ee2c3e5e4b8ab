"""HTML composed in Python: what `format_html` does, at a quarter of its price.

Django's `escape` looks at each argument for a lazy text; a page with hundreds of small parts pays
for that hundreds of times. Here too, whatever is not HTML already is escaped.
"""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

NOTHING = SafeString()


def markup(pattern: str, *values: object) -> SafeString:
    """Put values into a pattern of HTML, each escaped unless it is HTML."""
    return SafeString(
        pattern.format(
            *[value if isinstance(value, SafeString) else escape(str(value)) for value in values]
        )
    )


def joined(parts: Iterable[SafeString], separator: str = "\n") -> SafeString:
    """Join parts that are HTML; the separator is of our own."""
    return SafeString(separator.join(parts))
