"""The named refusals of the protocol editor, each with the sentence that a person reads."""

from django.utils.translation import gettext_lazy as _

from journeys.planning.services.refusals import Refusal


class DraftClosed(Refusal):
    """The draft was published or discarded."""

    message = _("This draft was published or discarded meanwhile; it can no longer be changed.")


class StaleDraft(Refusal):
    """Somebody else saved the draft after this person opened it."""

    message = _(
        "%(name)s saved this draft while you were working on it. Nothing of yours is saved yet: "
        "look at what changed, then save again."
    )
    names = ("name",)


class NothingToUndo(Refusal):
    """The draft says what it said when it was started."""

    message = _("There is nothing to undo: the draft is as it was when it was started.")


class ProblemsRemain(Refusal):
    """The draft cannot be planned, or lacks something."""

    message = _("The draft has problems. Solve them, then publish.")


class NothingChanged(Refusal):
    """The draft says what the version that it is based on says."""

    message = _("The draft says what the version it is based on says: nothing to publish.")
