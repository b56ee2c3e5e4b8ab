"""What a person says when messages to a patient have to stop, or when that was a mistake."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import day_field, note_field
from journeys.planning.domain.bad_news import PAGES, BadNewsKind, QuietPage, quiet_text
from journeys.planning.state_labels import QUIET_PAGE_LABELS


class NewsForm(forms.Form):
    """When it happened, and what the patient's pages say from now on, in the patient's language."""

    on = day_field(_("Day"))
    page = forms.ChoiceField(label=_("What the patient's pages say"), widget=forms.RadioSelect)
    note = note_field(_("Note"), required=False, help_text=_("For the team; nobody else reads it."))

    def __init__(self, *args: Any, kind: BadNewsKind, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["page"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(page.value, _offered(page, language)) for page in PAGES[kind]]
            field.initial = PAGES[kind][0].value


class MistakeForm(forms.Form):
    """Why news is taken back."""

    reason = note_field(
        _("Why it was a mistake"), help_text=_("It stands in the history, with your name.")
    )


def _offered(page: QuietPage, language: str) -> str:
    """Return a choice with every word that the patient would read."""
    said = quiet_text(page, language=language)
    return format_html(
        '{} <span class="d-block muted" lang="{}"><strong>{}</strong> {}</span>',
        QUIET_PAGE_LABELS[page],
        said.language,
        said.title,
        said.text,
    )
