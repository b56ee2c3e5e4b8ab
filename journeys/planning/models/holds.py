"""Times in which a journey stands still."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from carttrack.audit.tracking import protected, tracked
from journeys.planning.models.journeys import Journey
from journeys.planning.state_labels import hold_reason_choices


class HoldQuerySet(models.QuerySet["Hold"]):
    """Filters that chain; each one reads as a clause of a sentence."""

    def live(self) -> "HoldQuerySet":
        """Keep the holds that nobody has resumed from."""
        return self.filter(until_on__isnull=True)


HoldManager = models.Manager.from_queryset(HoldQuerySet)


@tracked()
class Hold(models.Model):
    """One time in which the clock of a journey stands still.

    Units:
        *_on: local calendar dates at the centre. The clock stands from `from_on` to the day before
        `until_on`, the day of resuming; `expected_on` is when somebody means to resume.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=20, choices=hold_reason_choices)
    note = models.TextField(blank=True)
    from_on = models.DateField()
    expected_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    held_at = models.DateTimeField()
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    resumed_at = models.DateTimeField(null=True, blank=True)

    objects = HoldManager()

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey"],
                condition=Q(until_on__isnull=True),
                name="journey_has_one_live_hold",
            ),
            models.CheckConstraint(
                name="hold_ends_after_it_starts",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="hold_resumed_by_somebody",
                condition=Q(until_on__isnull=True, resumed_by__isnull=True, resumed_at__isnull=True)
                | Q(until_on__isnull=False, resumed_by__isnull=False, resumed_at__isnull=False),
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.journey}: held from {self.from_on}"
