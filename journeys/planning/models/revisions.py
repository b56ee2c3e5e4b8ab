"""The history of a plan: who re-planned, when and why, and every date before and after."""

import uuid

from django.conf import settings
from django.db import models

from carttrack.audit.tracking import protected
from journeys.planning.models.activities import Activity
from journeys.planning.models.journeys import Cycle, Journey
from journeys.planning.state_labels import revision_kind_choices


class PlanRevision(models.Model):
    """One change of a plan, whole: what started it and the hash of what was committed.

    `conflicts` is what did not fit afterwards; `undoes` the revision that this one took back.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="revisions")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=revision_kind_choices)
    reason = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_at = models.DateTimeField()
    token = models.CharField(max_length=64)
    conflicts = models.JSONField(default=list, blank=True)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="undone_by", null=True, blank=True
    )

    class Meta:
        ordering = ["journey", "number"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "number"], name="revision_number_once"),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.journey} r{self.number}"


class PlanChange(models.Model):
    """One activity before and after a revision: its dates and its state.

    `before` is None where the activity began with the revision.
    """

    revision = models.ForeignKey(PlanRevision, on_delete=models.PROTECT, related_name="changes")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="changes")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "activity"], name="change_once_per_revision"
            ),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.revision}: {self.activity}"
