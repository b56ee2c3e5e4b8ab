"""Whether a patient comes to what is booked, in a word beside its day."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carttrack.ui.markup import NOTHING, markup
from journeys.planning.selectors.answers import Question

register = template.Library()

MARK = ' <span class="state state--{}"><span class="state__word">{}</span></span>{}'
WHY = '<div class="muted small">{}{}</div>'


@register.simple_tag
def answer_mark(question: Question | None) -> SafeString:
    """Say that it is confirmed and by whom, that another time is asked for, or that it is asked."""
    if question is None:
        return NOTHING
    if question.is_confirmed:
        said = _("confirmed by %(who)s") % {"who": question.source_word}
        return markup(MARK, "good", said, NOTHING)
    if question.wants_other_time:
        told = f": “{question.words}”" if question.words else ""
        why = markup(WHY, question.reason_word, told)
        return markup(MARK, "warn", _("asks for another time"), why)
    return markup(MARK, "info", _("asked, no answer yet"), NOTHING)
