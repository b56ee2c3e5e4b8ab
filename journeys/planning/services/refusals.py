"""The named refusals of planning's use-cases, each with the sentence that a person reads."""

from datetime import date
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An action that is not allowed now; `sentence` says why and what to do.

    `message` is that sentence with names in it, and `names` what the arguments are called.
    `is_conflict` tells a refusal by how things stand, whatever was typed, from one by what was
    typed.
    """

    message: ClassVar[Promise | str] = ""
    names: ClassVar[tuple[str, ...]] = ()
    is_conflict: ClassVar[bool] = False

    def __init__(self, *values: object) -> None:
        super().__init__(*values)
        self.values = dict(zip(self.names, values, strict=True))

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return str(self.message) % {name: _said(value) for name, value in self.values.items()}


def _said(value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)


class SentTwice(Refusal):
    """A form came a second time with the key under which something was made already."""

    message = _("This was sent before and is kept once. Nothing was added.")
    is_conflict = True


class JourneyNotActive(Refusal):
    """The journey has ended, so its plan stands still."""

    message = _("This journey has ended; its plan can no longer be changed.")
    is_conflict = True


class PatientHasActiveJourney(Refusal):
    """A patient is on one journey at a time."""

    message = _("This patient already has an active journey. End that one first.")
    is_conflict = True


class PersonNotAtCentre(Refusal):
    """The accountable person has no current role at the journey's centre."""

    message = _("%(name)s has no current role at this centre. Choose somebody who does.")
    names = ("name",)


class RegionNotCovered(Refusal):
    """The protocol version was not published for the region."""

    message = _("This protocol is not published for the centre's region.")


class ProtocolElsewhere(Refusal):
    """The protocol is another centre's own."""

    message = _("This protocol belongs to another centre. Choose one that is offered here.")


class ActivityNotOpen(Refusal):
    """The activity is done or closed already."""

    message = _("%(title)s is already done or closed. Correct the record instead.")
    names = ("title",)
    is_conflict = True


class DateInFuture(Refusal):
    """Only what has happened can be recorded."""

    message = _("%(title)s can only be recorded once it has happened: %(day)s is in the future.")
    names = ("title", "day")


class HourInFuture(Refusal):
    """The hour at which it is said to have happened is still to come."""

    message = _("%(title)s can only be recorded once it has happened: that hour is still to come.")
    names = ("title",)


class DateInPast(Refusal):
    """What is still to come cannot be planned on a day that is over."""

    message = _("%(title)s cannot be planned on %(day)s: that day is over.")
    names = ("title", "day")


class BeyondTheHorizon(Refusal):
    """A day so far away that it can only be a slip of the finger."""

    message = _("%(title)s cannot be on %(day)s: that is too far away. Check the year.")
    names = ("title", "day")


class NoRuleThen(Refusal):
    """The plan would need a label rule for a day on which none holds."""

    message = _(
        "With this day the infusion would be on %(day)s, for which no label rule of the "
        "product is on file. Check the year."
    )
    names = ("day",)

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        if self.values["day"] is None:
            return gettext("The label rules of this product are not on file for the region.")
        return super().sentence


class OutOfOrder(Refusal):
    """Something that must come first has not been recorded, or lies later."""

    message = _("%(title)s comes after %(missing)s, which is not recorded on or before that day.")
    names = ("title", "missing")
    is_conflict = True


class BeforeTheJourney(Refusal):
    """The day lies before the patient was referred."""

    message = _("%(day)s lies before the referral on %(start)s.")
    names = ("day", "start")


class BeforeBirth(Refusal):
    """The day lies before the patient was born."""

    message = _("%(day)s lies before the patient was born. Check the date of birth.")
    names = ("day",)


class ReasonMissing(Refusal):
    """A change of this kind needs its reason."""

    message = _("Give a reason, so that others can follow the decision.")


class AlreadyBooked(Refusal):
    """Exactly this is booked; a second press of the button books nothing and tells nobody."""

    message = _("%(title)s is booked like this already. Nothing was changed.")
    names = ("title",)
    is_conflict = True


class NotBooked(Refusal):
    """There is no live appointment to cancel."""

    message = _("This activity has no appointment.")
    is_conflict = True


class AppointmentMoved(Refusal):
    """Another appointment took the place of the one that is answered."""

    message = _("This appointment has moved. Look at its new time and answer for that one.")
    is_conflict = True


class AppointmentCancelled(Refusal):
    """The appointment that is answered does not take place."""

    message = _("This appointment is cancelled. There is nothing to answer.")
    is_conflict = True


class AppointmentOver(Refusal):
    """The appointment that is answered lies behind."""

    message = _("This appointment is over. There is nothing to answer.")
    is_conflict = True


class AlreadyOnHold(Refusal):
    """The clock stands already."""

    message = _("This journey is on hold. Resume it first.")
    is_conflict = True


class NotOnHold(Refusal):
    """The clock runs."""

    message = _("This journey is not on hold.")
    is_conflict = True


class AfterTheInfusion(Refusal):
    """Monitoring and follow-up go on whatever happens; only the way to the infusion can stop."""

    message = _("After the infusion the clock cannot be stopped. Move single dates instead.")
    is_conflict = True


class HeldThen(Refusal):
    """Two holds would overlap."""

    message = _("The journey was on hold then already. Choose a later day.")


class BeforeTheHold(Refusal):
    """The day lies before the clock was stopped."""

    message = _("%(day)s lies before the hold began on %(start)s.")
    names = ("day", "start")


class BeforeTheCycle(Refusal):
    """The day lies before the therapy event that it would end began."""

    message = _("%(day)s lies before this cycle began on %(start)s.")
    names = ("day", "start")


class NoSuchStage(Refusal):
    """The protocol has no stage of that name to begin with."""

    message = _("The protocol has no such stage. Choose another one to begin with.")


class NoSuchTrack(Refusal):
    """The protocol offers no follow-up of that name."""

    message = _("The protocol offers no such follow-up.")


class OtherProtocol(Refusal):
    """A journey changes its product only with a new cycle."""

    message = _("That version is for another product or centre. Start a new cycle instead.")


class SameVersion(Refusal):
    """The journey follows that version already."""

    message = _("The journey follows this version already.")
    is_conflict = True


class GateNotMet(Refusal):
    """Something that must be in place before the stage is completed is not."""

    message = _("%(title)s cannot be recorded yet. Check first: %(missing)s.")
    names = ("title", "missing")
    is_conflict = True


class NoSuchGateItem(Refusal):
    """The stage does not ask for such a thing."""

    message = _("The protocol does not ask for this.")


class GateSettled(Refusal):
    """Somebody checked or overrode it before."""

    message = _("Somebody has settled this already. Look at it again.")
    is_conflict = True


class EvidenceMissing(Refusal):
    """A check must say what it rests on."""

    message = _("Say what shows it: a document, a signature, a number.")


class NotYoursToOverride(Refusal):
    """The protocol gives the decision to somebody else."""

    message = _("Your role may not go on without this.")


class StillOpen(Refusal):
    """A journey is complete only when everything in it is settled."""

    message = _("Still open: %(waiting)s. Record or close it first.")
    names = ("waiting",)
    is_conflict = True


class NothingToUndo(Refusal):
    """The last change cannot be taken back, or something came after it."""

    message = _("This change can no longer be undone: something has come after it.")
    is_conflict = True


class NotLocked(Refusal):
    """The plan chose the day itself."""

    message = _("Nobody has fixed this date; the plan chose it.")
    is_conflict = True


class RestrictionEndsByItself(Refusal):
    """Restrictions end by themselves; nobody books or records them."""

    message = _("A restriction ends by itself; it cannot be booked, moved or recorded.")
    is_conflict = True


class NewsKnown(Refusal):
    """This news was recorded before; nothing is sent already."""

    message = _("This is recorded already. Nobody on the patient's side gets messages any more.")
    is_conflict = True


class NoBadNews(Refusal):
    """There is no news to take back."""

    message = _("There is nothing to take back: no such news is recorded, or somebody has done it.")
    is_conflict = True


class PageOfOtherNews(Refusal):
    """The text is not meant for this news."""

    message = _("This text does not fit what has happened. Choose one of those that are offered.")
