"""The parts that speak of an activity, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from journeys.authoring.domain.parts import CONSTRAINTS, STAGES, Use
from journeys.authoring.labels.spans import constraint_text, titles_of
from journeys.authoring.labels.words import said
from journeys.planning.domain.protocol import Protocol


def use_texts(protocol: Protocol, uses: Iterable[Use]) -> tuple[str, ...]:
    """Return one line for every part that speaks of an activity."""
    titles = titles_of(protocol)
    stages = {stage.code: said(stage.title) for stage in protocol.stages}
    lines = []
    for use in uses:
        if use.section == CONSTRAINTS:
            text = constraint_text(protocol.constraints[int(use.code)], titles)
            lines.append(_("Limit: %(text)s") % {"text": text})
        elif use.section == STAGES:
            lines.append(_("Stage: %(title)s") % {"title": stages[use.code]})
        else:
            lines.append(_("Activity: %(title)s") % {"title": titles[use.code]})
    return tuple(lines)
