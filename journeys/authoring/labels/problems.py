"""What keeps a draft from being published, as sentences."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from journeys.authoring.domain.completeness import Gap, GapKind
from journeys.authoring.labels.spans import Titles, point_text
from journeys.authoring.labels.words import CHANNEL_LABELS, MESSAGE_LABELS


def gap_text(gap: Gap, titles: Titles) -> str:
    """Return what is missing as a sentence."""
    if gap.kind is GapKind.NO_REMINDER_TEXT:
        kind, channel = gap.names
        names = {"kind": MESSAGE_LABELS[kind], "channel": CHANNEL_LABELS[channel]}
        return _("There is no text for “%(kind)s” by %(channel)s.") % names
    if gap.kind is GapKind.TEXT_NOT_NEUTRAL:
        kind, channel = gap.names
        names = {"kind": MESSAGE_LABELS[kind], "channel": CHANNEL_LABELS[channel]}
        return _("The text of “%(kind)s” by %(channel)s has clinical words.") % names
    if gap.kind is GapKind.WINDOWS_OVERLAP:
        first, second = (point_text(point, titles) for point in gap.names)
        return capfirst(
            _("the windows of %(first)s and %(second)s overlap: a visit could count as either.")
            % {"first": first, "second": second}
        )
    sentences = {
        GapKind.EMPTY_STAGE: _("The stage has no activity, so nobody ever reaches it."),
        GapKind.REMINDER_TWICE: _("Two reminders of this activity have the code %(name)s."),
        GapKind.REMINDER_WITHOUT_TITLE: _(
            "The patient gets a message about this, but it has no title for the patient."
        ),
        GapKind.REMINDER_ABOUT_HIDDEN: _(
            "The patient gets a message about something that the patient does not see."
        ),
        GapKind.REMINDER_ASKS_NOBODY: _(
            "Only the patient can answer, and only about a time that is booked."
        ),
        GapKind.CONTACT_NOT_BY_PHONE: _(
            "The relative or friend has no sign-in and is reached by text message only."
        ),
        GapKind.REMINDER_WITHOUT_DAY: _(
            "Say on which day the message is sent; only the one about a booking goes at once."
        ),
    }
    return sentences[gap.kind] % {"name": gap.names[0] if gap.names else ""}
