"""The cards and rows of the board, composed in one go: a template for each costs more than both.

What people wrote (names, titles, reasons) passes `escape`; the rest are marks, addresses and days
that are HTML already.
"""

from collections.abc import Iterable
from datetime import date

from django import template
from django.http import QueryDict
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from carttrack.ui import states
from carttrack.ui.listing import address
from carttrack.ui.paths import PLACE, path_to, plain_path
from carttrack.ui.templatetags.ui import staff_day
from journeys.planning.domain.states import JourneyStatus
from journeys.worklist.selectors.board import Lane, Scene
from journeys.worklist.selectors.cards import Card

register = template.Library()

CARD = (
    '<li class="journey-card{}"><div class="journey-card__head">'
    '<a class="journey-card__who" href="{}" data-row{}>{}</a> '
    '<span class="journey-card__day">{}</span></div>{}{}'
    '<p class="journey-card__foot"><span>{}</span> <span>{}</span></p></li>'
)
ROW = (
    '<tr><th scope="row"><a href="{}" data-row>{}</a></th><td>{}</td><td class="nowrap">{}</td>'
    '<td>{}</td><td>{}</td><td class="nowrap">{}</td></tr>'
)
FLAGS = '<p class="journey-card__flags">{}</p>'
STUCK = '<a class="plain" href="{}#conflicts">{}</a>'
HELD = '{} <span class="small muted">{}, {} {}{}</span>'
NEXT = '<p class="journey-card__next">{}{}</p>'
ON = ' <span class="nowrap">{}</span>'
MORE = '<a href="{}#lane-{}"{}>{}<span class="visually-hidden">: {}</span></a>'
SWAP = ' hx-get="{}" hx-target="#cards-{}" hx-swap="outerHTML"'
LISTED = '<a href="{}">{}<span class="visually-hidden">: {}</span></a>'
NONE = '<span class="muted">–</span>'


@register.simple_tag
def journey_cards(cards: Iterable[Card], today: date, *, focus: int | None = None) -> SafeString:
    """Show journeys as cards; the one at `focus` is where the keyboard goes."""
    journey = _journey()
    return _joined(
        _card(card, journey.format(card.journey_uid), today, is_focus=at == focus)
        for at, card in enumerate(cards)
    )


@register.simple_tag
def journey_rows(cards: Iterable[Card], today: date) -> SafeString:
    """Show journeys as rows of the board's table."""
    journey = _journey()
    return _joined(
        ROW.format(
            journey.format(card.journey_uid),
            escape(card.name),
            escape(card.product),
            card.day,
            f"{_mark(card)} {staff_day(card.next.on, today)}" if card.next else NONE,
            _flags(card, journey.format(card.journey_uid), today),
            escape(card.owner),
        )
        for card in cards
    )


@register.simple_tag
def lane_more(lane: Lane, scene: Scene, query: QueryDict, *, swaps: bool = False) -> SafeString:
    """Lead to what a lane does not show: it opens, in place if it `swaps`; then to the list."""
    title = escape(lane.title or _("All stages done"))
    if lane.is_open:
        listed = escape(f"{plain_path('worklist:patients')}?{urlencode(_kept(lane, scene))}")
        return _safe(LISTED.format(listed, escape(_("All in the list of patients")), title))
    href, key = escape(address(query, lane=lane.key)), escape(lane.key)
    swap = SWAP.format(href, key) if swaps else ""
    words = _("Show the first %(count)s") if lane.is_beyond_counting else _("Show all %(count)s")
    words = escape(words % {"count": lane.within_reach})
    return _safe(MORE.format(href, key, swap, words, title))


def _kept(lane: Lane, scene: Scene) -> dict[str, str]:
    """Return what the list of patients is asked for to keep the journeys of a lane."""
    asked = {
        "status": JourneyStatus.ACTIVE.value,
        "stage": lane.code,
        "owner": scene.owner.key,
        "protocol": scene.protocol,
    }
    return {key: value for key, value in asked.items() if value}


def _joined(parts: Iterable[str]) -> SafeString:
    return _safe("\n".join(parts))


def _safe(html: str) -> SafeString:
    """Trust what this module composed."""
    return mark_safe(html)  # noqa: S308 - what people wrote was escaped where it was put in


def _journey() -> str:
    """Return the address of a journey with a place for its uid, worked out once for a list."""
    return path_to("worklist:journey", PLACE).replace(str(PLACE), "{}")


def _card(card: Card, href: str, today: date, *, is_focus: bool) -> str:
    return CARD.format(
        f" journey-card--{card.tone}" if card.tone else "",
        href,
        " autofocus" if is_focus else "",
        escape(card.name),
        card.day,
        _flags(card, href, today),
        _next(card, today),
        escape(card.product),
        escape(card.owner),
    )


def _next(card: Card, today: date) -> str:
    if card.next is None:
        return ""
    return NEXT.format(
        _mark(card), ON.format(staff_day(card.next.on, today)) if card.next.on else ""
    )


def _mark(card: Card) -> str:
    return states.mark(card.next.mark, label=card.next.title) if card.next else NONE


def _flags(card: Card, href: str, today: date) -> str:
    """Show what is wrong with a journey, each a mark."""
    flags = []
    if card.is_stuck:
        flags.append(STUCK.format(href, states.mark("blocked", label=_("Does not fit"))))
    if card.is_late and not (card.next and card.next.mark == "overdue"):
        flags.append(states.mark("overdue"))
    if card.is_passed:
        flags.append(states.mark("at_risk", label=_("Nothing recorded")))
    if card.hold_since:
        flags.append(_hold(card, today))
    return FLAGS.format(" ".join(flags)) if flags else ""


def _hold(card: Card, today: date) -> str:
    return HELD.format(
        states.mark("on_hold"),
        escape(card.hold_reason),
        escape(_("since")),
        staff_day(card.hold_since, today),
        "; " + escape(_("was to resume by now")) if card.hold_is_over else "",
    )
