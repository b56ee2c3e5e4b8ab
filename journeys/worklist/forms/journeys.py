"""What a person types to start or end a journey."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from carttrack.ui.fields import MomentField, day_field, note_field
from journeys.planning.models import ProtocolVersion
from journeys.planning.state_labels import end_reason_choices
from journeys.worklist.forms.changing import ChangeForm
from journeys.worklist.selectors.choices import newest_versions, people_at

if TYPE_CHECKING:
    VersionChoiceField = forms.ModelChoiceField[ProtocolVersion]
else:
    VersionChoiceField = forms.ModelChoiceField


class VersionField(VersionChoiceField):
    """A choice of protocols, each shown by its title and version."""

    def label_from_instance(self, obj: ProtocolVersion) -> str:
        """Return what the choice says."""
        return _("%(title)s (version %(number)s)") % {"title": obj.title, "number": obj.number}


class StartForm(forms.Form):
    """Which protocol from which day, and who is accountable."""

    version = VersionField(
        label=_("Protocol"), queryset=ProtocolVersion.objects.none(), empty_label=_("Choose one")
    )
    referred_on = day_field(_("Referral received"), help_text=_("Every date counts from it."))
    coordinator = forms.ModelChoiceField(
        label=_("Coordinator"), queryset=User.objects.none(), empty_label=_("Choose one")
    )
    clinician = forms.ModelChoiceField(
        label=_("Clinician"), queryset=User.objects.none(), empty_label=_("Choose one")
    )

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        """Offer what is published for the centre's region and who works there today."""
        super().__init__(*args, **kwargs)
        offered = {
            "version": newest_versions(centre),
            "coordinator": people_at(centre, Role.COORDINATOR),
            "clinician": people_at(centre, Role.CLINICIAN),
        }
        for name, queryset in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = queryset


class EndForm(ChangeForm):
    """Why and when a journey ends."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=lambda: [("", _("Choose a reason")), *end_reason_choices()],
    )
    on = day_field(_("Ended on"))
    note = note_field(_("Note"), required=False, help_text=_("Needed when the reason is “Other”."))


class KnownForm(forms.Form):
    """The local time at which a journey is looked at as it was known then."""

    known = MomentField()


class CompleteForm(ChangeForm):
    """When a journey was complete."""

    on = day_field(_("Completed on"))
    note = note_field(_("Note"), required=False)
