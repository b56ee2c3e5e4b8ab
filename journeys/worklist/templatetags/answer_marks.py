"""Whether a patient comes to what is booked, in a word beside its day."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carttrack.ui.markup import NOTHING, markup
from journeys.planning.selectors.answers import Question

register = template.Library()

MARK = ' <span class="state state--{}"><span class="state__word">{}</span></span>{}'
WORDS = '<div class="muted small">“{}”</div>'


@register.simple_tag
def answer_mark(question: Question | None) -> SafeString:
    """Say that it is confirmed and by whom, that another time is asked for, or that it is asked."""
    if question is None:
        return NOTHING
    if question.is_confirmed:
        said = _("confirmed by %(who)s") % {"who": question.source_word}
        return markup(MARK, "good", said, NOTHING)
    if question.wants_other_time:
        asks = _("asks for another time: %(reason)s") % {"reason": question.reason_word}
        words = markup(WORDS, question.words) if question.words else NOTHING
        return markup(MARK, "warn", asks, words)
    return markup(MARK, "info", _("asked, no answer yet"), NOTHING)
