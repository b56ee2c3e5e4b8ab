"""What a person decides about a message that did not arrive."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.services import Decision

DECISION_LABELS = {
    Decision.WAS_SENT: _("It arrived"),
    Decision.SEND_AGAIN: _("Send again"),
    Decision.DROP: _("Not needed any more"),
}


class DecisionForm(forms.Form):
    """One of the decisions; the page offers each as a button."""

    decision = forms.ChoiceField(
        choices=[(decision.value, label) for decision, label in DECISION_LABELS.items()]
    )
