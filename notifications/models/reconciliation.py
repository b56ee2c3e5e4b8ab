"""The daily proof that no message has gone astray, as it is kept."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import Centre


class ReconciliationQuerySet(models.QuerySet["Reconciliation"]):
    """Proofs that are ..."""

    def open(self) -> Self:
        """Keep those that did not close, while no later one has."""
        return self.filter(is_closed=False, settled_at__isnull=True)


ReconciliationManager = models.Manager.from_queryset(ReconciliationQuerySet)


class Reconciliation(models.Model):
    """What a centre's plans wanted on one day and what became of it; no personal data.

    `counts` has the columns of the proof, `by_rule` the same for each rule. `unaccounted` lists, by
    uid, what does not add up; `unaccounted_count` counts it also where the list was cut short.
    `is_closed` says that there is none. One that did not close is settled by a later one that does.
    """

    day = models.DateField(_("day"))
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    journeys = models.PositiveIntegerField(_("journeys"))
    counts = models.JSONField()
    by_rule = models.JSONField(default=dict, blank=True)
    unaccounted = models.JSONField(default=list, blank=True)
    unaccounted_count = models.PositiveIntegerField(_("unaccounted for"))
    is_closed = models.BooleanField(_("closes"))
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ReconciliationManager()

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "day"], name="reconciliation_once_per_centre_and_day"
            ),
            models.CheckConstraint(
                name="reconciliation_closed_has_nothing_left",
                condition=Q(is_closed=False) | Q(unaccounted_count=0),
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre"],
                name="reconciliation_open",
                condition=Q(is_closed=False, settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.day}: {'closes' if self.is_closed else 'does not close'}"
