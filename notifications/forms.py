"""What people decide about their own messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import time_field


class DigestForm(forms.Form):
    """Whether and when somebody is told in the morning how much waits."""

    is_wanted = forms.BooleanField(label=_("Tell me each working morning"), required=False)
    at = time_field(_("At"), help_text=_("By your own clock; nothing comes when nothing waits."))
