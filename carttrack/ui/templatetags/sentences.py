"""`{% translate %}` for sentences that stand in a template: found once for each language.

Django looks a sentence up each time it is shown, through a lazy text and a filter without filters;
a page with forty of them pays for that forty times.
"""

from typing import Any

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


class KnownSentence(TranslateNode):
    """A sentence that is the same on every page of a language."""

    def __init__(self, node: TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop)
        self._said: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        """Return the sentence in the language of the page."""
        key = get_language(), context.autoescape
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = super().render(context)
        return said


@register.tag("translate")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """Translate as Django does; what is constant is remembered."""
    node: Any = do_translate(parser, token)
    expression = node.filter_expression
    is_constant = expression.var.literal is not None and not expression.filters
    is_plain = node.asvar is None and node.message_context is None
    return KnownSentence(node) if is_constant and is_plain else node
