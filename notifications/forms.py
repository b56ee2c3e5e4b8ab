"""What people decide about their own messages."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import time_field
from notifications.labels import CHANNELS
from notifications.models import Recipient
from notifications.services.preferences import Preferences, preferences_of


class TimeInput(forms.TimeInput):
    """The browser's own field for an hour."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class HoursOfRestForm(forms.Form):
    """Hours in which somebody is not to be disturbed."""

    quiet_from = forms.TimeField(
        label=_("Not disturbed from"),
        required=False,
        widget=TimeInput(),
        help_text=_("In the evening. Leave both empty for the usual night hours."),
    )
    quiet_until = forms.TimeField(
        label=_("until"), required=False, widget=TimeInput(), help_text=_("The next morning.")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse half a night, and one that does not pass midnight."""
        cleaned: dict[str, Any] = super().clean() or {}
        begins: time | None = cleaned.get("quiet_from")
        ends: time | None = cleaned.get("quiet_until")
        if (begins is None) != (ends is None):
            missing = "quiet_from" if begins is None else "quiet_until"
            if missing not in self.errors:
                self.add_error(missing, _("Give both hours, or none."))
        elif begins is not None and ends is not None and begins <= ends:
            self.add_error(
                "quiet_until", _("The hours have to pass midnight, like 21:00 until 8:00.")
            )
        return cleaned


class PreferencesForm(HoursOfRestForm):
    """Language, channel, hours of rest, and whether friendly reminders are wanted."""

    language = forms.ChoiceField(label=_("Language of the messages"))
    channel = forms.ChoiceField(label=_("Rather by"), required=False, widget=forms.RadioSelect)
    wants_comfort = forms.BooleanField(label=_("Send friendly reminders too"), required=False)

    field_order = ("language", "channel", "quiet_from", "quiet_until", "wants_comfort")

    def __init__(
        self, *args: Any, recipient: Recipient, channels: Sequence[str], **kwargs: Any
    ) -> None:
        now = preferences_of(recipient)
        kwargs.setdefault(
            "initial",
            {
                "language": recipient.language,
                "channel": now.channel,
                "quiet_from": now.quiet_from,
                "quiet_until": now.quiet_until,
                "wants_comfort": now.wants_comfort,
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            ("", _("whatever suits the message")),
            *((name, CHANNELS[name]) for name in channels),
        ]

    @property
    def chosen(self) -> Preferences:
        """Return the choices of a valid form."""
        return Preferences(
            channel=self.cleaned_data["channel"],
            quiet_from=self.cleaned_data["quiet_from"],
            quiet_until=self.cleaned_data["quiet_until"],
            wants_comfort=self.cleaned_data["wants_comfort"],
        )


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=_("The six digits that you got"),
        error_messages={"invalid": _("A code has six digits.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 10}
        ),
    )


class DeskForm(HoursOfRestForm):
    """When somebody at work is told: each morning how much waits, and never in these hours."""

    is_wanted = forms.BooleanField(label=_("Tell me each working morning"), required=False)
    at = time_field(_("At"), help_text=_("By your own clock; nothing comes when nothing waits."))

    field_order = ("is_wanted", "at", "quiet_from", "quiet_until")

    def __init__(self, *args: Any, recipient: Recipient, **kwargs: Any) -> None:
        now = preferences_of(recipient)
        kwargs["initial"] = {
            "is_wanted": recipient.digest_off_at is None,
            "at": recipient.digest_at,
            "quiet_from": now.quiet_from,
            "quiet_until": now.quiet_until,
        }
        super().__init__(*args, **kwargs)
