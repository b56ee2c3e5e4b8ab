"""The rows of a patient's plan, composed in one go."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from carttrack.ui import states
from carttrack.ui.markup import NOTHING, joined, markup
from carttrack.ui.paths import plain_path
from journeys.portal.selectors.steps import PlanStage, Told

register = template.Library()

DAY = '<time datetime="{}">{}</time>{}'
SPAN = "<span>{}</span>{}"
STAGE = (
    '<li class="plan__row plan__row--{}"{}><a class="plan__name" href="{}">{}</a> {} '
    '<span class="plan__when">{}</span></li>'
)
CURRENT = mark_safe(' aria-current="step"')


@register.simple_tag
def when(told: Told, *, far: bool = False) -> SafeString:
    """Show a day in words, for machines only when it is certain; `far` says how far away it is."""
    distance = f", {told.distance}" if far and told.distance else ""
    if told.iso:
        return markup(DAY, told.iso, told.text, distance)
    return markup(SPAN, told.text, distance)


@register.simple_tag
def plan_rows(stages: Iterable[PlanStage]) -> SafeString:
    """Show stages of the plan, each with its day and the way to its page."""
    return joined(
        markup(
            STAGE,
            stage.mark,
            CURRENT if stage.mark == "now" else NOTHING,
            plain_path("portal:step", stage.code),
            stage.title,
            states.mark(stage.mark),
            when(stage.when),
        )
        for stage in stages
    )
