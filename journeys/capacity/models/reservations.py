"""Units taken for an activity; no two overlap, by the database."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from carttrack.audit.tracking import protected, tracked
from journeys.capacity.domain.stays import Span
from journeys.capacity.models.resources import Resource
from journeys.patients.models import Patient
from journeys.planning.models import Activity, Appointment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from carttrack.accounts.models import User

LIVE = Q(released_at__isnull=True)
OVERBOOK = "overbook_resource"
NEVER_OVERLAPS = "reservation_never_overlaps"


class ReservationQuerySet(models.QuerySet["Reservation"]):
    """Reservations that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Keep those for patients whom `user` may see."""
        return self.filter(activity__journey__patient__in=Patient.objects.visible_to(user))

    def live(self) -> Self:
        """Keep those that nobody has released."""
        return self.filter(LIVE)

    def during(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Keep those that share time with a span."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def overbooked(self) -> Self:
        """Keep those that somebody put on top of another."""
        return self.exclude(overbook_reason="")


ReservationManager = models.Manager.from_queryset(ReservationQuerySet)


@tracked()
class Reservation(models.Model):
    """A unit taken for an activity, for hours with its appointment or for days without one.

    A trigger releases it when the appointment is cancelled, the activity is closed without taking
    place or the journey ends, whoever writes that (decision 0012). An option is a bed kept free in
    case it is needed.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="reservations")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="reservations")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="reservations", null=True, blank=True
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_option = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    overbooked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    overbook_reason = models.CharField(max_length=200, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=120, blank=True)

    objects = ReservationManager()

    class Meta:
        default_permissions = ()
        permissions = [(OVERBOOK, "Can book a unit that is taken, with a reason")]
        constraints = [
            models.CheckConstraint(
                name="reservation_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="reservation_released_has_a_reason",
                condition=Q(released_at__isnull=True, release_reason="")
                | (Q(released_at__isnull=False) & ~Q(release_reason="")),
            ),
            models.CheckConstraint(
                name="overbooking_has_a_person_and_a_reason",
                condition=Q(overbooked_by__isnull=True, overbook_reason="")
                | (Q(overbooked_by__isnull=False) & ~Q(overbook_reason="")),
            ),
            # Keys compared as ranges of whole numbers need no database extension.
            ExclusionConstraint(
                name=NEVER_OVERLAPS,
                expressions=[
                    (
                        Func(F("resource"), F("resource"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=LIVE & Q(overbook_reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["resource", "ends_at"], condition=LIVE, name="reservation_live_by_resource"
            ),
            models.Index(fields=["activity"], condition=LIVE, name="reservation_live_by_activity"),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.resource}: {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def span(self) -> Span:
        """Return the time it takes."""
        return Span(self.starts_at, self.ends_at)
