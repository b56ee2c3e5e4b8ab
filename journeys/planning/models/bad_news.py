"""News after which a patient is written to no more."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from carttrack.audit.tracking import protected, tracked
from journeys.planning.models.journeys import Journey
from journeys.planning.state_labels import bad_news_choices, quiet_page_choices


class BadNewsQuerySet(models.QuerySet["BadNews"]):
    """News that is ..."""

    def live(self) -> Self:
        """Keep what nobody has taken back."""
        return self.filter(lifted_at__isnull=True)


BadNewsManager = models.Manager.from_queryset(BadNewsQuerySet)


@tracked()
class BadNews(models.Model):
    """Death, progression or withdrawal, and which text stands in place of the patient's pages.

    While it is live nobody on the patient's side gets a message about the journey.

    Units:
        on: local calendar date at the centre.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="bad_news")
    kind = models.CharField(max_length=20, choices=bad_news_choices)
    page = models.CharField(max_length=20, choices=quiet_page_choices)
    on = models.DateField()
    note = models.TextField(blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.TextField(blank=True)

    objects = BadNewsManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["journey"],
                condition=Q(lifted_at__isnull=True),
                name="journey_has_one_live_bad_news",
            ),
            models.CheckConstraint(
                name="bad_news_lifted_by_somebody_for_a_reason",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.journey}: {self.kind} on {self.on}"
