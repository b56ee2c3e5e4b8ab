"""The named refusals of capacity's use-cases, each with the sentence that a person reads."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from journeys.planning.services import Refusal


class TakesNoUnit(Refusal):
    """A decision, a restriction or a product's arrival is not booked into a unit."""

    message = _("%(title)s is not booked into a machine, a bed or a room.")
    names = ("title",)


class WrongUnit(Refusal):
    """The unit is of another kind than the activity needs."""

    message = _("%(title)s needs another kind of unit than %(unit)s.")
    names = ("title", "unit")


class UnitNotInUse(Refusal):
    """The unit was taken out of use."""

    message = _("%(unit)s is not in use. Choose another.")
    names = ("unit",)


class OutsideHours(Refusal):
    """The unit is not open for the whole time."""

    message = _("%(unit)s is not open the whole time: %(when)s. Choose another time.")
    names = ("unit", "when")


class UnitClosed(Refusal):
    """The unit is closed for a reason of its own."""

    message = _("%(unit)s is closed %(when)s: %(reason)s. Choose another unit or time.")
    names = ("unit", "when", "reason")


class UnitTaken(Refusal):
    """Something else has the unit; `who` is empty where the reader may not know."""

    message = _("%(unit)s is taken by %(who)s, %(when)s. Choose another unit or time.")
    names = ("unit", "when", "who")

    @property
    def sentence(self) -> str:
        """Return the reason; a patient is named only to those who may see them."""
        if self.values["who"]:
            return super().sentence
        text = gettext("%(unit)s is occupied, %(when)s. Choose another unit or time.")
        return text % self.values


class NothingFree(Refusal):
    """No unit of the kind is free at that time."""

    message = _("No unit is free at that time: %(kind)s, %(when)s. Choose another time.")
    names = ("kind", "when")


class NoBedForTheStay(Refusal):
    """No bed is free for the whole stay; `days` are those on which all are taken."""

    message = _(
        "No bed is free for the whole stay (%(kind)s, %(when)s). All are taken on %(days)s."
    )
    names = ("kind", "when", "days")

    @property
    def sentence(self) -> str:
        """Return the reason; where beds change from day to day no single day is to blame."""
        if self.values["days"]:
            return super().sentence
        text = gettext(
            "No single bed is free for the whole stay (%(kind)s, %(when)s), though every day has "
            "one. Choose another day, or move another patient's bed."
        )
        return text % self.values


class PatientElsewhere(Refusal):
    """The patient is booked somewhere else at that time."""

    message = _("The patient is booked for %(title)s at that time: %(when)s.")
    names = ("title", "when")


class OverbookingNotAllowed(Refusal):
    """Putting a patient on top of another needs a permission of its own."""

    message = _("You may not overbook. An administrator of the centre can allow it.")


class NameTaken(Refusal):
    """Two units of a centre may not bear the same name."""

    message = _("%(name)s is the name of another unit already.")
    names = ("name",)


class ClosureNotStanding(Refusal):
    """The closure was lifted already."""

    message = _("This closure has been lifted already.")


class SlotNotMovable(Refusal):
    """The slot's state does not allow the step."""

    message = _("A slot that is %(state)s cannot become %(new)s.")
    names = ("state", "new")


class SlotTaken(Refusal):
    """Another therapy has the slot."""

    message = _("Another patient has this slot. Choose another.")


class CycleHasASlot(Refusal):
    """A therapy has one live slot at a time."""

    message = _("This patient has a slot already. Release that one first.")


class SlotOfAnotherProduct(Refusal):
    """The slot makes another product than the patient's."""

    message = _("This slot is for another product.")


class DeadlinePassed(Refusal):
    """A hold needs a deadline that is still to come."""

    message = _("The deadline of a hold must lie in the future.")


class SlotNeedsAPatient(Refusal):
    """Only a slot that somebody takes can be confirmed."""

    message = _("Choose the patient for whom this slot is before you confirm it.")


class ReadyBeforeCollection(Refusal):
    """A product is ready after its cells were received."""

    message = _("The product cannot be ready before its cells are received.")


class ChainStands(Refusal):
    """All of the chain was taken for this patient before."""

    message = _("This chain is taken for the patient already. Nothing was changed.")
    is_conflict = True


class ChainGone(Refusal):
    """Something of the chain was taken in the meantime."""

    message = _("Something of this chain was taken in the meantime. Here are the best ones now.")
