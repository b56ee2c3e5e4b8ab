"""The ledger: one row for each message that is owed, and one for each try to send it."""

import uuid
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import Centre
from carttrack.audit.tracking import protected
from notifications.domain.states import ATTENTION, LIVE, Purpose, State
from notifications.labels import channel_choices, kind_choices, purpose_choices, state_choices
from notifications.models.recipient import Recipient


class Thread(models.Model):
    """Everything that is written about one journey; stopping it stops every message at once.

    While it is hushed only people who work here are written to, and not whom it is `about`:
    somebody who works at the centre may be its patient too. What is written to somebody who works
    here, about no journey, lies in a thread of their own with the recipient's uid.
    """

    uid = models.UUIDField(unique=True, help_text="The journey's, or the recipient's own.")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    stop_reason = models.CharField(_("because"), max_length=40, blank=True)
    hushed_at = models.DateTimeField(_("hushed"), null=True, blank=True)
    hush_reason = models.CharField(_("hushed because"), max_length=40, blank=True)
    about = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [
            models.CheckConstraint(
                name="thread_stopped_for_a_reason",
                condition=Q(stopped_at__isnull=True, stop_reason="")
                | (Q(stopped_at__isnull=False) & ~Q(stop_reason="")),
            ),
            models.CheckConstraint(
                name="thread_hushed_for_a_reason",
                condition=Q(hushed_at__isnull=True, hush_reason="")
                | (Q(hushed_at__isnull=False) & ~Q(hush_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"thread {self.uid}"


class Topic(models.Model):
    """One activity, as far as messages care: which version of its plan, and whether it is open."""

    uid = models.UUIDField(unique=True, help_text="The activity's.")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="topics")
    version = models.PositiveIntegerField()
    is_open = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return f"topic {self.uid} version {self.version}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders that are ..."""

    def live(self) -> Self:
        """Keep those that a sweep may still send."""
        return self.filter(state__in=sorted(LIVE))

    def needing_a_person(self) -> Self:
        """Keep the undelivered ones; in a stopped thread nobody waits for them.

        Nor for one that another has taken over from, on a channel that was left.
        """
        waiting = self.filter(state__in=sorted(ATTENTION), thread__stopped_at__isnull=True)
        successors = Reminder.objects.filter(
            follows=OuterRef("pk"), recipient=OuterRef("recipient")
        ).exclude(state=State.SUPPRESSED)
        return waiting.exclude(Exists(successors.order_by()))

    def to_acknowledge(self) -> Self:
        """Keep those that arrived in the system and that nobody has acknowledged."""
        arrived = self.filter(state__in=["sent", "delivered"], channel="in_app")
        return arrived.filter(escalate_hours__isnull=False, acknowledged_at__isnull=True)

    def at(self, centres: Iterable[Centre]) -> Self:
        """Keep those of these centres."""
        return self.filter(centre__in=centres)


ReminderManager = models.Manager.from_queryset(ReminderQuerySet)


class Reminder(models.Model):
    """A message owed to one recipient on one channel; its state says what became of it.

    `context` holds no personal data. `local_on`, `local_at` and `zone` are kept so that the instant
    can be worked out again when a zone changes its rules. One that `follows` another took over from
    it: on the channel that was left, or for the person whom it climbed to. One with
    `escalate_hours` climbs when nobody acknowledges it in that time, once.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="reminders")
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="reminders")
    channel = models.CharField(_("channel"), max_length=20, choices=channel_choices)
    kind = models.CharField(_("kind"), max_length=40, choices=kind_choices)
    rule = models.CharField(
        max_length=160, help_text="Codes of the activity and its rule, or the event."
    )
    is_planned = models.BooleanField(help_text="Follows the plan; an event's message does not.")
    purpose = models.CharField(_("purpose"), max_length=10, choices=purpose_choices)
    context = models.JSONField(default=dict, blank=True)

    occurs_on = models.DateField(_("about"), null=True, blank=True)
    topic_version = models.PositiveIntegerField(default=0)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers"
    )
    asks = models.BooleanField(default=False, help_text="Wants an answer from the recipient.")
    ignores_quiet = models.BooleanField(default=False)
    escalate_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    is_at_once = models.BooleanField(default=False)
    local_on = models.DateField()
    local_at = models.TimeField()
    zone = models.CharField(max_length=64)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("expires"))

    state = models.CharField(
        _("state"), max_length=12, choices=state_choices, default=State.PENDING.value
    )
    reason = models.CharField(_("because"), max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    times_unknown = models.PositiveSmallIntegerField(default=0)
    lost_leases = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    last_code = models.CharField(max_length=20, blank=True)

    objects = ReminderManager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "rule", "topic", "recipient", "channel", "occurs_on"],
                name="reminder_once_per_occurrence",
                condition=~Q(state=State.SUPPRESSED.value),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="reminder_due_before_it_expires", condition=Q(due_at__lte=F("expires_at"))
            ),
            models.CheckConstraint(
                name="reminder_state_is_known",
                condition=Q(state__in=[state.value for state in State]),
            ),
            models.CheckConstraint(
                name="reminder_purpose_is_known",
                condition=Q(purpose__in=[purpose.value for purpose in Purpose]),
            ),
            models.CheckConstraint(
                name="reminder_sent_has_its_instant",
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reminder_acknowledged_by_somebody",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="reminder_delivered_has_its_instant",
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reminder_lease_is_whole",
                condition=~Q(state__in=["leased", "sending"])
                | Q(lease_token__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="reminder_unsent_has_a_reason",
                condition=~Q(state__in=["suppressed", "failed", "unknown", "expired"])
                | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="reminder_planned_has_its_topic",
                condition=Q(is_planned=False) | Q(topic__isnull=False, occurs_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="reminder_due", condition=Q(state="pending")
            ),
            models.Index(
                fields=["lease_until"],
                name="reminder_leased",
                condition=Q(state__in=["leased", "sending"]),
            ),
            models.Index(
                fields=["centre", "due_at", "id"],
                name="reminder_attention",
                condition=Q(state__in=["expired", "failed", "unknown"]),
            ),
            models.Index(fields=["thread", "due_at", "id"], name="reminder_of_thread"),
            models.Index(
                fields=["sent_at"],
                name="reminder_may_climb",
                condition=Q(
                    state__in=["sent", "delivered"],
                    escalate_hours__isnull=False,
                    acknowledged_at__isnull=True,
                    escalated_at__isnull=True,
                ),
            ),
            models.Index(
                fields=["recipient", "sent_at"],
                name="reminder_to_acknowledge",
                condition=Q(
                    state__in=["sent", "delivered"],
                    channel="in_app",
                    escalate_hours__isnull=False,
                    acknowledged_at__isnull=True,
                ),
            ),
            models.Index(
                fields=["provider_id"], name="reminder_by_provider", condition=~Q(provider_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel} due {self.due_at}: {self.state}"


class DeliveryAttempt(models.Model):
    """One try to send a reminder and what came of it; rows are only ever added."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    outcome = models.CharField(_("outcome"), max_length=12)
    code = models.CharField(_("code"), max_length=20, blank=True)
    text = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="attempt_ends_after_it_begins", condition=Q(ended_at__gte=F("began_at"))
            ),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome} {self.code}"
