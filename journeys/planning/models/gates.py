"""Who checked what must be in place before a stage is completed, and who went on without."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from carttrack.audit.tracking import protected, tracked
from journeys.planning.models.journeys import Cycle


class GateCheckQuerySet(models.QuerySet["GateCheck"]):
    """Filters that chain; each one reads as a clause of a sentence."""

    def live(self) -> "GateCheckQuerySet":
        """Keep what nobody has taken back."""
        return self.filter(withdrawn_at__isnull=True)


GateCheckManager = models.Manager.from_queryset(GateCheckQuerySet)


@tracked()
class GateCheck(models.Model):
    """One item of a stage's gate, checked with its evidence or overridden with a reason."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="gate_checks")
    centre = models.ForeignKey(
        "accounts.Centre", on_delete=models.PROTECT, related_name="gate_checks"
    )
    stage_code = models.SlugField(max_length=40)
    item = models.SlugField(max_length=40)
    evidence = models.CharField(max_length=200, blank=True)
    is_override = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = GateCheckManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "stage_code", "item"],
                condition=Q(withdrawn_at__isnull=True),
                name="gate_item_is_settled_once",
            ),
            models.CheckConstraint(
                name="gate_override_has_a_reason",
                condition=Q(is_override=False) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="gate_withdrawn_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "-made_at"],
                condition=Q(is_override=True, withdrawn_at__isnull=True),
                name="gate_overrides_by_centre",
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.stage_code}/{self.item}"
