"""The form behind every change: asked once, carried along by the preview, sent with its token."""

from typing import Any, ClassVar

from django import forms


class ChangeForm(forms.Form):
    """What a change needs to know.

    `late` names the fields that are asked beside the preview, because they do not decide what it
    shows. With `is_previewed` the others are carried along unseen, and the token of the preview
    joins them.
    """

    late: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, is_previewed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_previewed:
            for name in self.late:
                del self.fields[name]
            return
        for name, field in self.fields.items():
            if name not in self.late:
                field.widget = field.hidden_widget()
        self.fields["token"] = forms.CharField(widget=forms.HiddenInput, max_length=64)

    @property
    def early_errors(self) -> bool:
        """Tell whether something that the preview rests on is wrong."""
        return bool(self.errors.keys() - set(self.late))
