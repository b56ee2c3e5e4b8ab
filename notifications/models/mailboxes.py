"""Where messages lie that do not leave the system."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.labels import open_channel_choices
from notifications.models.recipient import Recipient


class InboxMessageQuerySet(models.QuerySet["InboxMessage"]):
    """Messages that are ..."""

    def unread(self) -> Self:
        """Keep those not opened yet."""
        return self.filter(read_at__isnull=True)


InboxMessageManager = models.Manager.from_queryset(InboxMessageQuerySet)


class InboxMessage(models.Model):
    """A message that a person reads behind the sign-in."""

    message_uid = models.UUIDField(unique=True, help_text="The reminder's; one copy of each.")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="inbox")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    link = models.CharField(max_length=200, blank=True, help_text="A path of this site.")
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = InboxMessageManager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                name="inbox_link_stays_on_this_site",
                condition=Q(link="") | (Q(link__startswith="/") & ~Q(link__startswith="//")),
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-at", "-id"], name="inbox_of_recipient"),
            models.Index(
                fields=["recipient"], name="inbox_unread", condition=Q(read_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_uid} for {self.recipient_id}"


class OutboxMail(models.Model):
    """A message of a demo: what would have left, had there been a mail server or a gateway."""

    message_uid = models.UUIDField(unique=True, help_text="One copy of each message.")
    channel = models.CharField(
        _("channel"), max_length=20, default="email", choices=open_channel_choices
    )
    to = models.CharField(_("to"), max_length=254)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("kept message")
        verbose_name_plural = _("kept messages")
        indexes = [models.Index(fields=["-at", "-id"], name="outbox_newest")]

    def __str__(self) -> str:
        return f"{self.message_uid} at {self.at}"
