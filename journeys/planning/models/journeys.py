"""A patient's passage through a protocol version: journeys, their cycles and stages."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from carttrack.accounts.labels import region_choices
from carttrack.audit.tracking import protected, tracked
from journeys.patients.models import Patient, may_see
from journeys.planning.domain.states import JourneyStatus, StageState
from journeys.planning.models.protocols import ProtocolVersion
from journeys.planning.models.standing import standing
from journeys.planning.models.stuck import stuck
from journeys.planning.models.upcoming import journeys_followed
from journeys.planning.state_labels import (
    cycle_reason_choices,
    end_reason_choices,
    journey_status_choices,
    stage_state_choices,
)

if TYPE_CHECKING:
    from carttrack.accounts.models import Reader


class JourneyQuerySet(models.QuerySet["Journey"]):
    """Filters that chain; each one reads as a clause of a sentence."""

    def visible_to(self, user: "Reader", *, in_order: bool = False) -> Self:
        """Keep the journeys of the patients whom `user` may see."""
        return self.filter(may_see(user, patient="patient", in_order=in_order))

    def active(self) -> Self:
        """Keep journeys that still go on."""
        return self.filter(status=JourneyStatus.ACTIVE)


JourneyManager = models.Manager.from_queryset(JourneyQuerySet)


@tracked(exclude=["standing", "standing_since", "is_stuck"])
class Journey(models.Model):
    """One patient's passage through a protocol.

    `protocol_version` is the one that its latest cycle follows, `track` the follow-up chosen among
    those the version offers (empty: its first). `plan_version` grows with every revision of the
    plan; a preview is bound to it. `standing` is the stage it stands in or before, empty past the
    last one, and `is_stuck` says that dates of its latest cycle do not fit; the database keeps
    both, nobody writes them.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="journeys")
    protocol_version = models.ForeignKey(
        ProtocolVersion, on_delete=models.PROTECT, related_name="journeys"
    )
    region = models.CharField(max_length=2, choices=region_choices)
    centre = models.ForeignKey("accounts.Centre", on_delete=models.PROTECT, related_name="journeys")
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coordinated_journeys"
    )
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="clinical_journeys"
    )
    status = models.CharField(
        max_length=12, choices=journey_status_choices, default=JourneyStatus.ACTIVE
    )
    track = models.SlugField(max_length=40, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=30, choices=end_reason_choices, blank=True)
    end_note = models.TextField(blank=True)
    plan_version = models.PositiveIntegerField(default=0)
    standing = models.SlugField(max_length=40, blank=True, editable=False, db_index=False)
    standing_since = models.DateField(null=True, editable=False)
    is_stuck = models.BooleanField(default=False, db_default=False, editable=False)

    objects = JourneyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(status=JourneyStatus.ACTIVE),
                name="patient_has_one_active_journey",
            ),
            models.CheckConstraint(
                name="journey_ended_has_day_and_reason",
                condition=Q(status=JourneyStatus.ACTIVE, ended_on__isnull=True, end_reason="")
                | Q(status=JourneyStatus.COMPLETED, ended_on__isnull=False, end_reason="")
                | (Q(status=JourneyStatus.ENDED, ended_on__isnull=False) & ~Q(end_reason="")),
            ),
            models.CheckConstraint(
                name="journey_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "id"],
                condition=Q(status=JourneyStatus.ACTIVE),
                name="journey_active_by_centre",
            ),
            models.Index(
                fields=["centre", "standing", "standing_since", "id"],
                condition=Q(status=JourneyStatus.ACTIVE),
                name="journey_active_by_standing",
            ),
            models.Index(
                fields=["centre", "id"],
                condition=Q(status=JourneyStatus.ACTIVE, is_stuck=True),
                name="journey_stuck_by_centre",
            ),
        ]
        triggers = [protected(), journeys_followed()]

    def __str__(self) -> str:
        return str(self.uid)


@tracked()
class Cycle(models.Model):
    """One therapy event: a collection and the product made from it.

    `protocol_version` is the version it follows or, once another cycle began, the last one that it
    followed; `reason` says why a later cycle was begun. `conflicts` holds what did not fit when the
    plan was last computed, as the planner said it.
    """

    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="cycles")
    protocol_version = models.ForeignKey(
        ProtocolVersion, on_delete=models.PROTECT, related_name="cycles"
    )
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=30, choices=cycle_reason_choices, blank=True)
    chain_of_identity = models.CharField(max_length=40, unique=True)
    started_on = models.DateField()
    conflicts = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "number"], name="cycle_number_once"),
            models.CheckConstraint(
                name="cycle_after_the_first_has_a_reason",
                condition=Q(number=1) | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["journey"], condition=~Q(conflicts=[]), name="cycle_with_conflicts"
            ),
        ]
        triggers = [protected(), *stuck()]

    def __str__(self) -> str:
        return self.chain_of_identity


@tracked()
class Stage(models.Model):
    """One stage of a cycle with its planned and actual ends."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="stages")
    code = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=stage_state_choices, default=StageState.PLANNED)
    planned_start_on = models.DateField(null=True, blank=True)
    planned_end_on = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "code"], name="stage_once_per_cycle"),
            models.CheckConstraint(
                name="stage_done_has_its_end",
                condition=~Q(state=StageState.DONE) | Q(ended_on__isnull=False),
            ),
        ]
        triggers = [protected(), *standing()]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.code}"
