"""The named refusals of planning's use-cases, each with the sentence that a person reads."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


class Refusal(Exception):
    """An action that is not allowed now; `sentence` says why and what to do."""

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        raise NotImplementedError


class JourneyNotActive(Refusal):
    """The journey has ended, so its plan stands still."""

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("This journey has ended; its plan can no longer be changed.")


class PatientHasActiveJourney(Refusal):
    """A patient is on one journey at a time."""

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("This patient already has an active journey. End that one first.")


class PersonNotAtCentre(Refusal):
    """The accountable person has no current role at the journey's centre."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("%(name)s has no current role at this centre. Choose somebody who does.") % {
            "name": self.name
        }


class RegionNotCovered(Refusal):
    """The protocol version was not published for the region."""

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("This protocol is not published for the centre's region.")


class ActivityNotOpen(Refusal):
    """The activity is done or closed already."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("%(title)s is already done or closed. Correct the record instead.") % {
            "title": self.title
        }


class DateInFuture(Refusal):
    """Only what has happened can be recorded."""

    def __init__(self, title: str, on: date) -> None:
        super().__init__(title, on)
        self.title = title
        self.on = on

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _(
            "%(title)s can only be recorded once it has happened: %(day)s is in the future."
        ) % {"title": self.title, "day": date_format(self.on, "j F Y")}


class HourInFuture(Refusal):
    """The hour at which it is said to have happened is still to come."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _(
            "%(title)s can only be recorded once it has happened: that hour is still to come."
        ) % {"title": self.title}


class DateInPast(Refusal):
    """What is still to come cannot be planned on a day that is over."""

    def __init__(self, title: str, on: date) -> None:
        super().__init__(title, on)
        self.title = title
        self.on = on

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("%(title)s cannot be planned on %(day)s: that day is over.") % {
            "title": self.title,
            "day": date_format(self.on, "j F Y"),
        }


class BeyondTheHorizon(Refusal):
    """A day so far away that it can only be a slip of the finger."""

    def __init__(self, title: str, on: date) -> None:
        super().__init__(title, on)
        self.title = title
        self.on = on

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("%(title)s cannot be on %(day)s: that is too far away. Check the year.") % {
            "title": self.title,
            "day": date_format(self.on, "j F Y"),
        }


class NoRuleThen(Refusal):
    """The plan would need a label rule for a day on which none holds."""

    def __init__(self, on: date | None) -> None:
        super().__init__(on)
        self.on = on

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        if self.on is None:
            return _("The label rules of this product are not on file for the centre's region.")
        return _(
            "With this day the infusion would be on %(day)s, for which no label rule of the "
            "product is on file. Check the year."
        ) % {"day": date_format(self.on, "j F Y")}


class OutOfOrder(Refusal):
    """Something that must come first has not been recorded, or lies later."""

    def __init__(self, title: str, missing: Sequence[str]) -> None:
        super().__init__(title, tuple(missing))
        self.title = title
        self.missing = tuple(missing)

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _(
            "%(title)s comes after %(missing)s, which is not recorded on or before that day."
        ) % {"title": self.title, "missing": ", ".join(self.missing)}


class BeforeTheJourney(Refusal):
    """The day lies before the patient was referred."""

    def __init__(self, on: date, started_on: date) -> None:
        super().__init__(on, started_on)
        self.on = on
        self.started_on = started_on

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("%(day)s lies before the referral on %(start)s.") % {
            "day": date_format(self.on, "j F Y"),
            "start": date_format(self.started_on, "j F Y"),
        }


class BeforeBirth(Refusal):
    """The day lies before the patient was born."""

    def __init__(self, on: date) -> None:
        super().__init__(on)
        self.on = on

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("%(day)s lies before the patient was born. Check the date of birth.") % {
            "day": date_format(self.on, "j F Y")
        }


class ReasonMissing(Refusal):
    """A change of this kind needs its reason."""

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("Give a reason, so that others can follow the decision.")


class NotBooked(Refusal):
    """There is no live appointment to cancel."""

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("This activity has no appointment.")


class RestrictionEndsByItself(Refusal):
    """Restrictions end by themselves; nobody books or records them."""

    @property
    def sentence(self) -> str:
        """Return the reason in the reader's language."""
        return _("A restriction ends by itself; it cannot be booked, moved or recorded.")
