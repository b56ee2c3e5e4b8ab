"""The dated things of a cycle and their appointments."""

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Coalesce, Least

from carttrack.audit.tracking import protected, tracked
from journeys.patients.models import may_see
from journeys.planning.domain.attention import BOOKABLE, SOON_DAYS
from journeys.planning.domain.protocol import ActivityKind, Point, point_of
from journeys.planning.domain.states import OPEN_STATES, ActivityState
from journeys.planning.models.journeys import Cycle, Journey, Stage
from journeys.planning.models.upcoming import dates_followed
from journeys.planning.state_labels import activity_state_choices, lock_kind_choices

if TYPE_CHECKING:
    from carttrack.accounts.models import Reader


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Filters that chain; each one reads as a clause of a sentence."""

    def visible_to(self, user: "Reader", *, in_order: bool = False) -> Self:
        """Keep the activities of the patients whom `user` may see."""
        return self.filter(may_see(user, patient="journey__patient", in_order=in_order))

    def open(self) -> Self:
        """Keep activities that are still to come."""
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, on: date) -> Self:
        """Keep open activities whose window closed before `on` (a centre-local date)."""
        return self.open().filter(closes_on__lt=on)


def _days_after(day: Coalesce | F | Least, days: int) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(day + Value(days), output_field=models.DateField())


# The same as `domain.attention.needs_hand_on`, which says why; a test holds the two together.
NEEDS_HAND_ON = Case(
    When(~Q(state__in=OPEN_STATES) | Q(kind=ActivityKind.RESTRICTION), then=Value(None)),
    When(state=ActivityState.BOOKED, then=_days_after(Coalesce(F("chosen_on"), F("closes_on")), 1)),
    When(
        kind__in=BOOKABLE,
        then=Least(_days_after(F("closes_on"), -SOON_DAYS), _days_after(F("chosen_on"), 1)),
    ),
    default=_days_after(Least(F("closes_on"), F("chosen_on")), 1),
    output_field=models.DateField(),
)
ActivityManager = models.Manager.from_queryset(ActivityQuerySet)


@tracked(exclude=["needs_hand_on"])
class Activity(models.Model):
    """One dated thing in a stage.

    Four kinds of date stand side by side and never overwrite each other: what the protocol asks
    (`target_on`, `opens_on`, `closes_on`), the day the plan chose (`chosen_on`), what was booked
    (`planned_at`) and what happened (`happened_on`). `centre` repeats the journey's, for lists;
    `title` is the own one of an unscheduled visit, which no protocol names.

    Units:
        *_on: local calendar dates at the centre; planned_at, happened_at: UTC instants.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="activities")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="activities")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="activities")
    centre = models.ForeignKey(
        "accounts.Centre", on_delete=models.PROTECT, related_name="activities"
    )
    code = models.SlugField(max_length=40)
    occurrence = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=120, blank=True)
    state = models.CharField(
        max_length=12, choices=activity_state_choices, default=ActivityState.PLANNED
    )
    target_on = models.DateField(null=True, blank=True)
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    chosen_on = models.DateField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    happened_at = models.DateTimeField(null=True, blank=True)
    locked_on = models.DateField(null=True, blank=True)
    lock_kind = models.CharField(max_length=10, choices=lock_kind_choices, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    close_reason = models.TextField(blank=True)
    why = models.JSONField(default=list, blank=True)
    plan_version = models.PositiveIntegerField(default=0)
    needs_hand_on = models.GeneratedField(
        expression=NEEDS_HAND_ON, output_field=models.DateField(null=True), db_persist=True
    )

    objects = ActivityManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "code", "occurrence"], name="activity_once_per_cycle"
            ),
            models.CheckConstraint(
                name="activity_target_inside_window",
                condition=Q(target_on__isnull=True)
                | Q(opens_on__lte=F("target_on"), target_on__lte=F("closes_on")),
            ),
            models.CheckConstraint(
                name="activity_done_has_its_day",
                condition=Q(state=ActivityState.DONE, happened_on__isnull=False)
                | (~Q(state=ActivityState.DONE) & Q(happened_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="activity_booked_has_its_time",
                condition=~Q(state=ActivityState.BOOKED) | Q(planned_at__isnull=False),
            ),
            models.CheckConstraint(
                name="activity_lock_has_its_kind",
                condition=Q(locked_on__isnull=True, lock_kind="")
                | (Q(locked_on__isnull=False) & ~Q(lock_kind="")),
            ),
            models.CheckConstraint(
                name="activity_closed_has_a_reason",
                condition=~Q(
                    state__in=[
                        ActivityState.MISSED,
                        ActivityState.SKIPPED,
                        ActivityState.NOT_NEEDED,
                    ]
                )
                | ~Q(close_reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "chosen_on", "planned_at", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="activity_open_by_hour",
            ),
            models.Index(
                fields=["centre", "closes_on", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="activity_open_by_close",
            ),
            # What needs a hand, longest first; of each journey the first one stands for the rest.
            models.Index(
                fields=["centre", "needs_hand_on", "id"],
                condition=Q(needs_hand_on__isnull=False),
                name="activity_needs_hand",
            ),
            models.Index(
                fields=["journey", "needs_hand_on", "id"],
                condition=Q(needs_hand_on__isnull=False),
                name="activity_needs_hand_first",
            ),
            models.Index(
                fields=["journey", "chosen_on", "id"],
                condition=Q(state__in=OPEN_STATES) & ~Q(kind=ActivityKind.RESTRICTION),
                name="activity_next_of_journey",
            ),
            # Of a long journey only the nearest dates are read.
            models.Index(fields=["cycle", "code", "chosen_on"], name="activity_nearest"),
            # The appointments a journey has, among thousands of dates that it may have.
            models.Index(
                fields=["journey", "planned_at"],
                condition=Q(state=ActivityState.BOOKED),
                name="activity_booked",
            ),
        ]
        triggers = [protected(), *dates_followed()]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.point}"

    @property
    def point(self) -> Point:
        """Return the name of this occurrence in the plan."""
        return point_of(self.code, self.occurrence)

    @property
    def is_open(self) -> bool:
        """Tell whether the activity is still to come."""
        return self.state in OPEN_STATES


@tracked()
class Appointment(models.Model):
    """A booking of an activity at a time and a place; cancelled ones are kept."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity"],
                condition=Q(cancelled_at__isnull=True),
                name="activity_has_one_live_appointment",
            ),
            models.CheckConstraint(
                name="appointment_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="appointment_cancelled_has_a_reason",
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.activity} at {self.starts_at:%Y-%m-%d %H:%M}"
