"""A person or an address that messages go to."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.labels import blocked_choices


class RecipientQuerySet(models.QuerySet["Recipient"]):
    """Recipients that are ..."""

    def reachable(self) -> Self:
        """Keep those that nothing keeps from being written to."""
        return self.filter(blocked_reason="")


RecipientManager = models.Manager.from_queryset(RecipientQuerySet)


class Recipient(models.Model):
    """Somebody who gets messages: an address, a language, a clock; nothing else is known here."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recipient",
    )
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    blocked_reason = models.CharField(
        _("gets nothing because"), max_length=40, blank=True, choices=blocked_choices
    )

    objects = RecipientManager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.CheckConstraint(
                name="recipient_block_is_known",
                condition=Q(blocked_reason__in=["", "bounced", "no_address", "opted_out"]),
            ),
        ]

    def __str__(self) -> str:
        return f"recipient {self.uid}"
