"""What clinicians recorded at follow-up visits; rows are added and never changed."""

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from carttrack.audit.tracking import protected, tracked
from journeys.followup.domain.answers import Answer, Mode
from journeys.followup.domain.counts import MEASURES
from journeys.followup.domain.response import Criteria, Response
from journeys.followup.domain.timing import Timing
from journeys.followup.labels import (
    answer_choices,
    criteria_choices,
    mode_choices,
    response_choices,
    timing_choices,
)
from journeys.patients.models import Patient
from journeys.planning.models import Activity

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from carttrack.accounts.models import User


class VisitQuerySet(models.QuerySet["Visit"]):
    """Records of visits that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Keep the visits of the patients whom `user` may see."""
        return self.filter(activity__journey__patient__in=Patient.objects.visible_to(user))

    def current(self) -> Self:
        """Keep those that no later record corrects."""
        return self.filter(correction__isnull=True)


VisitManager = models.Manager.from_queryset(VisitQuerySet)


def _count(code: str) -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(
        max_digits=7, decimal_places=MEASURES[code].decimals, null=True, blank=True
    )


def _plausible(code: str) -> models.CheckConstraint:
    measure = MEASURES[code]
    bounds = {f"{code}__gte": measure.lowest, f"{code}__lte": measure.highest}
    return models.CheckConstraint(
        name=f"visit_{code}_is_plausible",
        condition=Q(**{f"{code}__isnull": True}) | Q(**bounds),
    )


def _grade_in_scale(event: str) -> models.CheckConstraint:
    field = f"max_{event}_grade"
    return models.CheckConstraint(
        name=f"visit_{event}_grade_is_on_its_scale",
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": 5}),
    )


def _days_in_order(event: str) -> models.CheckConstraint:
    began_on, ended_on = f"{event}_began_on", f"{event}_ended_on"
    return models.CheckConstraint(
        name=f"visit_{event}_ends_after_it_begins",
        condition=Q(**{f"{began_on}__isnull": True})
        | Q(**{f"{ended_on}__isnull": True})
        | Q(**{f"{ended_on}__gte": F(began_on)}),
    )


def _known(field: str, values: type[Mode | Answer | Timing]) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"visit_{field}_is_known",
        condition=Q(**{f"{field}__in": [value.value for value in values]}),
    )


@tracked()
class Visit(models.Model):
    """A clinician's record of one planned visit.

    A correction is a row of its own that points back to the one it corrects, with the next version
    number; the row that nothing corrects is the one that holds. A count that is empty is missing,
    unless its code is in `not_measured`; an empty grade was recorded as unknown.

    Units:
        *_on: local calendar dates at the centre; recorded_at: UTC instant; haemoglobin and igg in
        g/L; neutrophils, platelets and lymphocytes in 10^9/L; cd4 per microlitre.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="visits")
    version = models.PositiveSmallIntegerField(default=1)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="correction", null=True, blank=True
    )
    correction_reason = models.TextField(blank=True)

    seen_on = models.DateField()
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits_seen"
    )
    mode = models.CharField(max_length=12, choices=mode_choices)
    timing = models.CharField(max_length=12, choices=timing_choices)
    timing_reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits_recorded"
    )
    recorded_at = models.DateTimeField()

    criteria = models.CharField(max_length=20, choices=criteria_choices, blank=True)
    response = models.CharField(max_length=20, choices=response_choices)
    tested_on = models.DateField(null=True, blank=True)

    haemoglobin = _count("haemoglobin")
    neutrophils = _count("neutrophils")
    platelets = _count("platelets")
    lymphocytes = _count("lymphocytes")
    igg = _count("igg")
    cd4 = _count("cd4")
    not_measured = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    max_crs_grade = models.PositiveSmallIntegerField(null=True, blank=True)
    crs_began_on = models.DateField(null=True, blank=True)
    crs_ended_on = models.DateField(null=True, blank=True)
    max_icans_grade = models.PositiveSmallIntegerField(null=True, blank=True)
    icans_began_on = models.DateField(null=True, blank=True)
    icans_ended_on = models.DateField(null=True, blank=True)
    intensive_care = models.CharField(max_length=8, choices=answer_choices)
    infection = models.CharField(max_length=8, choices=answer_choices)
    infection_note = models.TextField(blank=True)
    second_cancer = models.CharField(max_length=8, choices=answer_choices)
    ongoing_toxicity = models.TextField(blank=True)
    notes = models.TextField(blank=True)

    objects = VisitManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "version"], name="visit_version_once_per_activity"
            ),
            models.CheckConstraint(
                name="visit_correction_points_back_with_a_reason",
                condition=Q(version=1, corrects__isnull=True, correction_reason="")
                | (Q(version__gt=1, corrects__isnull=False) & ~Q(correction_reason="")),
            ),
            models.CheckConstraint(
                name="visit_outside_its_window_has_a_reason",
                condition=Q(timing=Timing.IN_WINDOW) | ~Q(timing_reason=""),
            ),
            models.CheckConstraint(
                name="visit_response_names_criteria_and_test",
                condition=Q(response=Response.NOT_ASSESSED, criteria="", tested_on__isnull=True)
                | (
                    Q(criteria__in=[criteria.value for criteria in Criteria])
                    & Q(tested_on__isnull=False)
                    & ~Q(response__in=["", Response.NOT_ASSESSED])
                ),
            ),
            models.CheckConstraint(
                name="visit_not_measured_names_measures",
                condition=Q(not_measured__contained_by=list(MEASURES)),
            ),
            *(_plausible(code) for code in MEASURES),
            *(_grade_in_scale(event) for event in ("crs", "icans")),
            *(_days_in_order(event) for event in ("crs", "icans")),
            _known("mode", Mode),
            _known("timing", Timing),
            *(_known(field, Answer) for field in ("intensive_care", "infection", "second_cancer")),
        ]
        indexes = [models.Index(fields=["-recorded_at", "id"], name="visit_by_time_recorded")]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.activity} v{self.version}"
