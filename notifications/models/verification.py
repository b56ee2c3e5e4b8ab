"""Codes by which people prove that messages reach them at an address."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notifications.labels import open_channel_choices
from notifications.models.recipient import Recipient


class VerificationCode(models.Model):
    """A code that was sent to an address; only its hash is kept, and it works once, for a while."""

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="codes")
    channel = models.CharField(_("channel"), max_length=20, choices=open_channel_choices)
    value = models.CharField(_("address"), max_length=254)
    code_hash = models.CharField(max_length=128)
    sent_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("expires"))
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = [
            models.CheckConstraint(
                name="code_expires_after_it_is_sent", condition=Q(expires_at__gt=F("sent_at"))
            ),
        ]
        indexes = [models.Index(fields=["recipient", "-sent_at"], name="code_latest")]

    def __str__(self) -> str:
        return f"code for {self.channel} of {self.recipient_id}"
