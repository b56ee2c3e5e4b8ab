"""The units of a centre: when they are open, when they are closed, how long beds are held."""

import uuid
from datetime import time
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import Centre
from carttrack.audit.tracking import protected, tracked
from journeys.capacity.domain.kinds import STAY_KINDS, ResourceKind
from journeys.capacity.labels import kind_choices, weekday_choices

LAST_WEEKDAY = 6
# No stay is longer than this; what is, was mistyped.
LONGEST_STAY_DAYS = 100


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Units that are ..."""

    def active(self) -> Self:
        """Keep those that can be booked."""
        return self.filter(is_active=True)


ResourceManager = models.Manager.from_queryset(ResourceQuerySet)


@tracked()
class Resource(models.Model):
    """One physical unit of a centre: a machine, a chair, a bed, a consulting room's time."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("can be booked"), default=True)

    objects = ResourceManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="resource_name_once_a_centre"),
            models.CheckConstraint(
                name="resource_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in ResourceKind]),
            ),
            models.CheckConstraint(name="resource_has_a_name", condition=~Q(name="")),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return self.name


class OpeningHoursQuerySet(models.QuerySet["OpeningHours"]):
    """Hours that are ..."""

    def in_force(self) -> Self:
        """Keep those that nobody has replaced."""
        return self.filter(replaced_at__isnull=True)


OpeningHoursManager = models.Manager.from_queryset(OpeningHoursQuerySet)


@tracked()
class OpeningHours(models.Model):
    """Local hours of one weekday, for one unit or for all units of a kind at a centre.

    A unit's own hours count before those of its kind. Without either it follows the centre's open
    days around the clock. New hours replace old ones, which are kept.
    """

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="opening_hours")
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="opening_hours", null=True, blank=True
    )
    kind = models.CharField(max_length=20, choices=kind_choices, blank=True)
    weekday = models.PositiveSmallIntegerField(choices=weekday_choices)
    opens = models.TimeField()
    closes = models.TimeField(help_text="00:00 is the midnight that ends the day.")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = OpeningHoursManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hours_are_of_a_unit_or_of_a_kind",
                condition=Q(resource__isnull=False, kind="")
                | (Q(resource__isnull=True) & ~Q(kind="")),
            ),
            models.CheckConstraint(
                name="hours_are_of_a_weekday", condition=Q(weekday__lte=LAST_WEEKDAY)
            ),
            models.CheckConstraint(
                name="hours_close_after_they_open",
                condition=Q(closes__gt=F("opens")) | Q(closes=time()),
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre"], condition=Q(replaced_at__isnull=True), name="hours_in_force"
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.resource or self.kind}: {self.weekday} {self.opens}-{self.closes}"


class ClosureQuerySet(models.QuerySet["Closure"]):
    """Closures that are ..."""

    def standing(self) -> Self:
        """Keep those that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)


ClosureManager = models.Manager.from_queryset(ClosureQuerySet)


@tracked()
class Closure(models.Model):
    """A time in which a unit cannot be used, with the reason; it may be lifted again."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=120)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = ClosureManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="closure_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="closure_has_a_reason", condition=~Q(reason="")),
        ]
        indexes = [
            models.Index(
                fields=["resource", "ends_at"],
                condition=Q(lifted_at__isnull=True),
                name="closure_standing",
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.resource}: {self.reason}"


@tracked()
class BedStay(models.Model):
    """How long a centre holds a bed for an infusion, where it differs from the default."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="bed_stays")
    kind = models.CharField(max_length=20, choices=kind_choices)
    last_day = models.PositiveSmallIntegerField(
        _("held to day"), validators=[MaxValueValidator(LONGEST_STAY_DAYS)]
    )
    source = models.TextField(_("source"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind"], name="bed_stay_once_a_kind"),
            models.CheckConstraint(
                name="bed_stay_is_of_a_bed",
                condition=Q(kind__in=sorted(kind.value for kind in STAY_KINDS)),
            ),
            models.CheckConstraint(
                name="bed_stay_is_not_endless", condition=Q(last_day__lte=LONGEST_STAY_DAYS)
            ),
            models.CheckConstraint(name="bed_stay_has_a_source", condition=~Q(source="")),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.centre}: {self.kind} to day {self.last_day}"
