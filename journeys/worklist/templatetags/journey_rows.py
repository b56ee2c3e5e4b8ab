"""The short lists beside a journey's timeline, composed in one go like its rows.

What people wrote (names, titles, notes) is escaped by `markup`.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carttrack.ui import states
from carttrack.ui.markup import NOTHING, joined, markup
from carttrack.ui.paths import path_to
from carttrack.ui.templatetags.ui import moment
from journeys.planning.models import Journey
from journeys.planning.selectors.timeline import TimelineStage
from journeys.worklist.selectors.gates import GateLine
from journeys.worklist.selectors.journeys import RevisionLine
from journeys.worklist.selectors.messages import JourneyMessage

register = template.Library()

STEP = (
    '<li class="stages__step stages__step--{}"{}><span class="stages__name">{}</span>'
    '<span class="visually-hidden">: {}</span></li>'
)
CURRENT = mark_safe(' aria-current="step"')
MESSAGE = '<li>{} <span>{}</span> <span class="muted">{}{}, {}</span></li>'
GATE_ITEM = '<li class="gate__item">{} <span>{} <span class="muted small">{}</span></span> {}</li>'
GATE_ACTIONS = '<span class="actions gate__actions">{}</span>'
GATE_ACTION = (
    '<a class="btn btn-quiet btn-sm" href="{}{}">{}<span class="visually-hidden">: {}</span></a> '
)
GATE_TAKEN_BACK = '<a class="small" href="{}">{}<span class="visually-hidden">: {}</span></a>'
REVISION = (
    '<li class="revision"><div><a href="{}">{}{}</a>'
    '<div class="muted small">{}, {}{}; {}{}</div></div>{}</li>'
)
THEN = (
    ' · <a class="revision__then" href="{}?known={}">{}'
    '<span class="visually-hidden">: {}</span></a>'
)
UNDO = (
    '<a class="btn btn-quiet btn-sm" href="{}?number={}">{}'
    '<span class="visually-hidden">: {}</span></a>'
)


@register.simple_tag
def stage_steps(stages: Iterable[TimelineStage]) -> SafeString:
    """Show the stages of a journey as steps, the current one marked."""
    return joined(
        markup(
            STEP,
            stage.mark,
            CURRENT if stage.mark == "now" else NOTHING,
            stage.title,
            states.mark(stage.mark),
        )
        for stage in stages
    )


@register.simple_tag
def message_items(lines: Iterable[JourneyMessage], today: date) -> SafeString:
    """Show messages of a journey, each with what became of it, what it is and whom it goes to."""
    return joined(
        markup(
            MESSAGE,
            states.mark(line.row.state),
            moment(line.row.at, today),
            capfirst(str(line.row.kind)),
            f": {line.about}" if line.about else "",
            line.to,
        )
        for line in lines
    )


@register.simple_tag
def gate_items(
    lines: Iterable[GateLine], journey: Journey, today: date, *, may_act: bool
) -> SafeString:
    """Show the items of a gate, each with who settled it, or how it can be settled."""
    return joined(
        markup(
            GATE_ITEM,
            _gate_mark(line),
            line.title,
            _settled(line, today),
            gate_actions(line, journey) if may_act else NOTHING,
        )
        for line in lines
    )


def _gate_mark(line: GateLine) -> SafeString:
    if line.mark == "at_risk":
        return states.mark(line.mark, label=_("Overridden"))
    return states.mark(line.mark, quiet=True)


def _settled(line: GateLine, today: date) -> str:
    if line.at is None:
        return line.evidence
    return markup("{} · {}, {}", line.said, line.who, moment(line.at, today))


@register.simple_tag
def gate_actions(line: GateLine, journey: Journey, then: UUID | None = None) -> SafeString:
    """Show what can be done with an item; `then` is the activity that waits for it."""
    if line.uid:
        address = reverse("worklist:gate-take-back", args=[journey.uid, line.uid])
        done = markup(GATE_TAKEN_BACK, address, _("Take back"), line.title)
        return markup(GATE_ACTIONS, done)
    ways = [("worklist:gate-check", _("Check"))]
    if line.may_override:
        ways.append(("worklist:gate-override", _("Go on without")))
    query = f"?then={then}" if then else ""
    places = ((path_to(route, journey.uid, line.stage, line.item), word) for route, word in ways)
    links = (markup(GATE_ACTION, address, query, word, line.title) for address, word in places)
    return markup(GATE_ACTIONS, joined(links, ""))


@register.simple_tag
def revision_items(
    lines: Iterable[RevisionLine],
    journey: Journey,
    today: date,
    *,
    undoable: int | None = None,
    looks_back: bool = False,
) -> SafeString:
    """Show changes of a plan; `undoable` is the number of the one that can be taken back.

    With `looks_back` each leads to the journey as it was known then.
    """
    return joined(
        markup(
            REVISION,
            path_to("worklist:revision", journey.uid, str(line.number)),
            line.title,
            f": {line.about}" if line.about else "",
            moment(line.made_at, today),
            line.made_by,
            f", {line.reason}" if line.reason else "",
            _changes(line.changes),
            _then(line, journey) if looks_back else NOTHING,
            _undo(line, journey) if line.number == undoable else NOTHING,
        )
        for line in lines
    )


def _changes(number: int) -> str:
    return ngettext("%(number)s date", "%(number)s dates", number) % {"number": number}


def _then(line: RevisionLine, journey: Journey) -> SafeString:
    address = path_to("worklist:journey", journey.uid)
    return markup(THEN, address, line.known_at, _("as known then"), line.title)


def _undo(line: RevisionLine, journey: Journey) -> SafeString:
    address = path_to("worklist:journey-undo", journey.uid)
    return markup(UNDO, address, line.number, _("Undo"), line.title)
