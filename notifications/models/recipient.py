"""A person whom messages go to, and the addresses at which they are reached."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import Membership
from notifications.domain.mornings import USUAL_HOUR
from notifications.labels import blocked_choices, open_channel_choices


class RecipientQuerySet(models.QuerySet["Recipient"]):
    """Recipients that are ..."""

    def at_work(self) -> Self:
        """Keep those who work at a centre or once did; everybody else is on the patient's side."""
        return self.filter(Exists(Membership.objects.filter(user=OuterRef("user"))))


RecipientManager = models.Manager.from_queryset(RecipientQuerySet)


class Recipient(models.Model):
    """Somebody who gets messages: a language, a clock and wishes; nothing else is known here.

    `preferred_channel` is the open channel they would rather be reached on, empty for the one that
    each rule names. `quiet_from` and `quiet_until` are their own hours of rest, local wall time;
    without them the channel's hold. `comfort_off_at` is when they asked for safety messages only.
    Who works here is told at `digest_at`, local wall time, how much waits, unless they turned that
    off.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recipient",
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    preferred_channel = models.CharField(
        _("rather by"), max_length=20, blank=True, choices=open_channel_choices
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    comfort_off_at = models.DateTimeField(_("safety messages only since"), null=True, blank=True)
    digest_at = models.TimeField(_("morning digest at"), default=USUAL_HOUR)
    digest_off_at = models.DateTimeField(_("no morning digest since"), null=True, blank=True)
    letter_key = models.UUIDField(
        db_default=RandomUUID(),
        unique=True,
        editable=False,
        help_text="In the link of their e-mails that turns comfort off; it opens nothing else.",
    )

    objects = RecipientManager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.CheckConstraint(
                name="recipient_quiet_hours_are_whole",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__gt=F("quiet_until")),
            ),
        ]

    def __str__(self) -> str:
        return f"recipient {self.uid}"


class AddressQuerySet(models.QuerySet["Address"]):
    """Addresses that are ..."""

    def usable(self) -> Self:
        """Keep those that nothing is known against."""
        return self.filter(blocked_reason="")

    def dead(self) -> Self:
        """Keep those that a provider refused; a person has to ask for another."""
        return self.exclude(blocked_reason="")


AddressManager = models.Manager.from_queryset(AddressQuerySet)


class Address(models.Model):
    """Where one channel reaches a recipient: an e-mail address, a telephone number.

    `verified_at` is when its owner proved that messages arrive there, by a code from one.
    """

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="addresses")
    channel = models.CharField(_("channel"), max_length=20, choices=open_channel_choices)
    value = models.CharField(_("address"), max_length=254)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    blocked_reason = models.CharField(
        _("not used because"), max_length=40, blank=True, choices=blocked_choices
    )
    blocked_at = models.DateTimeField(_("not used since"), null=True, blank=True)

    objects = AddressManager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "channel"], name="address_once_per_channel"
            ),
            models.CheckConstraint(name="address_has_a_value", condition=~Q(value="")),
            models.CheckConstraint(
                name="address_block_is_known",
                condition=Q(blocked_reason="", blocked_at__isnull=True)
                | Q(blocked_reason__in=["bounced", "complained"], blocked_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient"], name="address_dead", condition=~Q(blocked_reason="")
            ),
            models.Index(fields=["channel", "value"], name="address_by_value"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.recipient_id}"
