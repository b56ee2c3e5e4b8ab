"""What providers report about messages that they took."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carttrack.audit.tracking import protected
from notifications.domain.receipts import Verdict
from notifications.models.ledger import Reminder


class DeliveryReceipt(models.Model):
    """One report about one message, kept once however often it comes; rows are only ever added.

    It holds no address and nothing of the report beyond what decides.
    """

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="receipts")
    verdict = models.CharField(_("what became of it"), max_length=12)
    provider_id = models.CharField(max_length=200, blank=True)
    code = models.CharField(_("code"), max_length=20, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("delivery receipt")
        verbose_name_plural = _("delivery receipts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "verdict", "provider_id", "code"],
                name="receipt_kept_once",
            ),
            models.CheckConstraint(
                name="receipt_verdict_is_known",
                condition=Q(verdict__in=[verdict.value for verdict in Verdict]),
            ),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.verdict} {self.code}"
