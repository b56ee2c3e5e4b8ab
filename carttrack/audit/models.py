"""Three records of a hospital: who did what, who read whom, and (by triggers) what each row was."""

import uuid
from datetime import UTC
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carttrack.audit.domain import ReadHow
from carttrack.audit.labels import read_how_choices
from carttrack.audit.tracking import protected

SYSTEM_CHAIN = "system"


class HistoryEntry(models.Model):
    """One use-case that changed something: who, for whom, why, before and after.

    The entries of a patient form a chain of hashes; what concerns no patient is in the chain
    `system`. Rows are only ever added.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_label = models.CharField(max_length=200, help_text="A name, or system:task.")
    action = models.CharField(max_length=80, help_text="The use-case, like record_infusion.")
    patient_uid = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=80, blank=True, help_text="Like planning.journey.")
    subject_uid = models.UUIDField(null=True)
    centre = models.ForeignKey(
        "accounts.Centre", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=80, blank=True, help_text="A coded reason.")
    note = models.TextField(blank=True)
    before = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    after = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    request_id = models.UUIDField(null=True)
    chain = models.CharField(max_length=40, help_text="The patient's uid, or system.")
    number = models.PositiveBigIntegerField(help_text="The place in the chain, from 1.")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="history_number_once_a_chain"),
            models.CheckConstraint(
                name="history_chain_begins_with_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="history_first_has_no_previous",
                condition=Q(number=1, previous_hash="") | (Q(number__gt=1) & ~Q(previous_hash="")),
            ),
        ]
        indexes = [
            models.Index(fields=["patient_uid", "-at"], name="history_of_patient"),
            models.Index(fields=["subject_uid", "-at"], name="history_of_subject"),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.chain} {self.number}: {self.action} by {self.actor_label}"


class ReadEntry(models.Model):
    """One person saw one patient on one page. Rows are only ever added.

    The database checks neither key: every page that shows patients waits for its rows, the reader
    is the one who is signed in, and people and centres are never removed.
    """

    at = models.DateTimeField(_("at"))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    patient_uid = models.UUIDField()
    page = models.CharField(max_length=120, help_text="The name of the route.")
    how = models.CharField(max_length=10, choices=read_how_choices)
    centre = models.ForeignKey(
        "accounts.Centre",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    request_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("read entry")
        verbose_name_plural = _("read entries")
        constraints = [
            models.CheckConstraint(
                name="read_how_is_known", condition=Q(how__in=[how.value for how in ReadHow])
            ),
        ]
        indexes = [
            models.Index(fields=["patient_uid", "-at"], name="reads_of_patient"),
            models.Index(fields=["reader", "-at"], name="reads_by_person"),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.how} {self.patient_uid} on {self.page}"


def chain_of(patient_uid: UUID | None) -> str:
    """Return the name of the chain that an entry belongs to."""
    return str(patient_uid) if patient_uid else SYSTEM_CHAIN


def hashed_values(entry: HistoryEntry) -> dict[str, Any]:
    """Return everything of an entry that its hash covers, as plain JSON values."""
    return {
        "uid": str(entry.uid),
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor_id,
        "actor_label": entry.actor_label,
        "action": entry.action,
        "patient_uid": entry.patient_uid and str(entry.patient_uid),
        "subject_type": entry.subject_type,
        "subject_uid": entry.subject_uid and str(entry.subject_uid),
        "centre": entry.centre_id,
        "reason": entry.reason,
        "note": entry.note,
        "before": entry.before,
        "after": entry.after,
        "request_id": entry.request_id and str(entry.request_id),
        "chain": entry.chain,
        "number": entry.number,
    }
