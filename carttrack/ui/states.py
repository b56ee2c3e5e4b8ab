"""How a state looks: a word, a shape and a tone, so that colour never speaks alone."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class UnknownState(LookupError):
    """A template asked for the mark of a state that has none."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a state is called and which shape and tone it takes."""

    word: Promise
    shape: str
    tone: str


# Drawn on a 12 x 12 grid in the colour of the text; `app.css` gives each tone its colours.
SHAPES = {
    "tick": '<circle cx="6" cy="6" r="6"/><path class="state__cut" d="M3.2 6.2 5.2 8.2 8.9 4.2"/>',
    "target": '<circle class="state__line" cx="6" cy="6" r="5"/><circle cx="6" cy="6" r="2.4"/>',
    "ring": '<circle class="state__line" cx="6" cy="6" r="5"/>',
    "dot": '<circle cx="6" cy="6" r="1.8"/>',
    "diamond": '<path d="M6 0 12 6 6 12 0 6Z"/>',
    "rise": '<path d="M6 .8 12 11.4H0Z"/>',
    "warn": '<path class="state__line" d="M6 2 10.9 10.7H1.1Z"/>',
    "square": '<path d="M.8.8h10.4v10.4H.8Z"/>',
    "cross": '<path class="state__line" d="M2 2 10 10M10 2 2 10"/>',
    "bar": '<path class="state__line" d="M1.5 6h9"/>',
    "pause": '<path d="M2 1h3v10H2ZM7 1h3v10H7Z"/>',
    "arrow": '<path class="state__line" d="M1 6h9M6.5 2.2 10.3 6 6.5 9.8"/>',
    "query": '<path class="state__line" d="M3.4 4a2.6 2.6 0 1 1 3.9 2.2C6.4 6.7 6 7 6 8M6 10v1"/>',
}

LOOKS = {
    # the activities and stages of a plan
    "done": Look(_("Done"), "tick", "good"),
    "now": Look(_("Now"), "target", "accent"),
    "next": Look(_("Next"), "ring", "accent"),
    "later": Look(_("Later"), "dot", "quiet"),
    "planned": Look(_("Planned"), "ring", "plain"),
    "booked": Look(_("Booked"), "diamond", "info"),
    "at_risk": Look(_("At risk"), "warn", "warn"),
    "overdue": Look(_("Overdue"), "rise", "bad"),
    "blocked": Look(_("Blocked"), "square", "bad"),
    "missed": Look(_("Missed"), "cross", "warn"),
    "skipped": Look(_("Skipped"), "bar", "quiet"),
    "not_needed": Look(_("Not needed"), "bar", "quiet"),
    "cancelled": Look(_("Cancelled"), "cross", "struck"),
    # journeys
    "active": Look(_("Active"), "target", "accent"),
    "on_hold": Look(_("On hold"), "pause", "warn"),
    "completed": Look(_("Completed"), "tick", "good"),
    "ended": Look(_("Ended"), "square", "quiet"),
    # reminders
    "pending": Look(_("Waiting"), "ring", "plain"),
    "leased": Look(_("Being sent"), "arrow", "accent"),
    "sending": Look(_("Being sent"), "arrow", "accent"),
    "sent": Look(_("Sent"), "arrow", "good"),
    "delivered": Look(_("Delivered"), "tick", "good"),
    "suppressed": Look(_("Withdrawn"), "bar", "quiet"),
    "failed": Look(_("Not delivered"), "rise", "bad"),
    "expired": Look(_("Too late to send"), "cross", "warn"),
    "unknown": Look(_("May have been sent"), "query", "warn"),
}


def look(state: str) -> Look:
    """Return how a state looks.

    Raises:
        UnknownState: no look is listed for this state.
    """
    try:
        return LOOKS[state]
    except KeyError as error:
        raise UnknownState(state) from error


def mark(state: str, *, label: str = "", quiet: bool = False) -> SafeString:
    """Render the mark of a state; `label` replaces its word, `quiet` keeps it for readers aloud.

    Raises:
        UnknownState: no look is listed for this state.
    """
    return _mark(state, label, quiet, get_language())


@lru_cache(maxsize=1024)
def _mark(
    state: str,
    label: str,
    quiet: bool,  # noqa: FBT001 - the key of what is remembered
    _language: str | None,
) -> SafeString:
    """Build the mark once per state, word and language."""
    shown = look(state)
    return format_html(
        '<span class="state state--{}{}"><svg class="state__shape" viewBox="0 0 12 12" '
        'width="12" height="12" aria-hidden="true" focusable="false">{}</svg>'
        '<span class="{}">{}</span></span>',
        shown.tone,
        " state--mark" if quiet else "",
        mark_safe(SHAPES[shown.shape]),  # noqa: S308 - a constant of this module
        "visually-hidden" if quiet else "state__word",
        label or str(shown.word),
    )
