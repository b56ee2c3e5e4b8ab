"""The few line icons of the pages, drawn on a 24 x 24 grid in the colour of the text."""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "today": ('<rect x="4" y="5" width="16" height="15" rx="2"/><path d="M4 10h16M9 3v4M15 3v4"/>'),
    "patients": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M3 20c0-4 2.5-6 6-6s6 2 6 6M16 5a3.5 3.5 0 '
        '0 1 0 6.6M17.5 14.4c2.2 .8 3.5 2.7 3.5 5.6"/>'
    ),
    "visits": '<path d="M8 4h8v3H8Z"/><path d="M8 5H5v15h14V5h-3M9 13.5l2 2 4-4.5"/>',
    "messages": '<path d="M3.5 5.5h17v12h-10L6 21v-3.5H3.5Z"/>',
    "plan": (
        '<circle cx="6" cy="5" r="2"/><circle cx="6" cy="19" r="2"/><path d="M6 7v10M11 '
        '5h9M11 12h9M11 19h9"/><circle cx="6" cy="12" r="2"/>'
    ),
    "call": (
        '<path d="M5 3.5h4l1.5 5-2.3 1.7a13 13 0 0 0 5.6 5.6l1.7-2.3 5 1.5v4c0 1-.8 1.5-1.5 '
        '1.5C10.5 20.5 3.5 13.5 3.5 5c0-.7.5-1.5 1.5-1.5Z"/>'
    ),
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "chevron": '<path d="m7 10 5 5 5-5"/>',
    "sign_out": '<path d="M14 4H5v16h9M10 12h11M17 8l4 4-4 4"/>',
    "print": '<path d="M7 9V3h10v6M7 17H4V9h16v8h-3"/><path d="M7 14h10v7H7Z"/>',
    "alert": '<circle cx="12" cy="12" r="9"/><path d="M12 7v6M12 16v1"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v1"/>',
    "check": '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.8 2.8L16 9.5"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "add": '<path d="M12 5v14M5 12h14"/>',
    "lock": (
        '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>'
    ),
    "place": (
        '<path d="M12 21c4.5-5 7-8.3 7-11.5a7 7 0 0 0-14 0C5 12.7 7.5 16 12 21Z"/><circle '
        'cx="12" cy="9.5" r="2.5"/>'
    ),
    "bag": '<path d="M5 8h14l1 12H4ZM9 8V6a3 3 0 0 1 6 0v2"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
    "thermometer": '<path d="M10 14V5a2 2 0 0 1 4 0v9a4 4 0 1 1-4 0ZM12 9v8"/>',
}


@lru_cache(maxsize=64)
def icon(name: str) -> SafeString:
    """Render an icon that says nothing aloud; the text beside it does.

    Raises:
        KeyError: there is no icon of this name.
    """
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" '
        'focusable="false">{}</svg>',
        mark_safe(PATHS[name]),  # noqa: S308 - a constant of this module
    )
