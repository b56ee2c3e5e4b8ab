"""The manufacturer's slots: asked for, held until a deadline, confirmed."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import Centre
from carttrack.audit.tracking import protected, tracked
from journeys.capacity.domain.slots import LIVE_STATES, SlotState
from journeys.capacity.labels import slot_state_choices
from journeys.patients.models import Patient
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Cycle, Product

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from carttrack.accounts.models import User


class ManufacturingSlotQuerySet(models.QuerySet["ManufacturingSlot"]):
    """Slots that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Keep those that nobody has taken, and those of patients whom `user` may see."""
        visible = Patient.objects.visible_to(user)
        return self.filter(Q(cycle__isnull=True) | Q(cycle__journey__patient__in=visible))

    def live(self) -> Self:
        """Keep those that are still asked for, held or confirmed."""
        return self.filter(state__in=LIVE_STATES)

    def lapsed(self, *, at: datetime) -> Self:
        """Keep holds whose deadline has passed."""
        return self.filter(state=SlotState.HELD, hold_until__lte=at)

    def unneeded(self, *, on: date) -> Self:
        """Keep live slots that are still to come for a therapy that is not: it is to be given back.

        The journey has ended, or goes on with another cycle.
        """
        later = Cycle.objects.filter(
            journey=OuterRef("cycle__journey"), number__gt=OuterRef("cycle__number")
        )
        is_over = ~Q(cycle__journey__status=JourneyStatus.ACTIVE) | Q(Exists(later))
        return self.live().filter(is_over, cycle__isnull=False, ready_on__gte=on)

    def free(self, *, at: datetime) -> Self:
        """Keep live slots that no therapy has taken and whose hold, if any, still stands."""
        lapsed = Q(state=SlotState.HELD, hold_until__lte=at)
        return self.live().filter(cycle__isnull=True).exclude(lapsed)


ManufacturingSlotManager = models.Manager.from_queryset(ManufacturingSlotQuerySet)


@tracked()
class ManufacturingSlot(models.Model):
    """A place in the manufacturer's calendar: cells in on one day, the product out on another.

    Units:
        collection_on: the day on which the starting material is received; ready_on: the day on
        which the product is expected at the centre; both local dates.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="manufacturing_slots")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="manufacturing_slots"
    )
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="manufacturing_slots", null=True, blank=True
    )
    reference = models.CharField(_("manufacturer's reference"), max_length=60, blank=True)
    collection_on = models.DateField(_("cells received on"))
    ready_on = models.DateField(_("product expected on"))
    state = models.CharField(max_length=12, choices=slot_state_choices, default=SlotState.REQUESTED)
    hold_until = models.DateTimeField(_("held until"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=120, blank=True)

    objects = ManufacturingSlotManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="slot_state_is_known",
                condition=Q(state__in=[state.value for state in SlotState]),
            ),
            models.CheckConstraint(
                name="slot_is_ready_after_collection",
                condition=Q(ready_on__gt=F("collection_on")),
            ),
            models.CheckConstraint(
                name="slot_held_has_a_deadline",
                condition=~Q(state=SlotState.HELD) | Q(hold_until__isnull=False),
            ),
            models.CheckConstraint(
                name="slot_confirmed_has_a_cycle",
                condition=~Q(state=SlotState.CONFIRMED) | Q(cycle__isnull=False),
            ),
            models.CheckConstraint(
                name="slot_closed_has_a_reason",
                condition=Q(state__in=LIVE_STATES, closed_at__isnull=True, close_reason="")
                | (Q(closed_at__isnull=False) & ~Q(state__in=LIVE_STATES) & ~Q(close_reason="")),
            ),
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(state__in=LIVE_STATES),
                name="cycle_has_one_live_slot",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hold_until"], condition=Q(state=SlotState.HELD), name="slot_holds_by_end"
            ),
            models.Index(
                fields=["centre", "collection_on"],
                condition=Q(state__in=LIVE_STATES),
                name="slot_live_by_day",
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.product}: {self.collection_on}"
