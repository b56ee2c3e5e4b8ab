"""Which database is the one that sends."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.domain.sending import Held
from notifications.labels import held_choices


class Installation(models.Model):
    """The one row that says where this database may send from, and whether somebody stopped it.

    `marker` names the server, its timeline, the database and this table as they were when sending
    began or was last released. A copy has the row but is elsewhere, so that the two disagree.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    marker = models.CharField(max_length=200)
    held_at = models.DateTimeField(_("held since"), null=True, blank=True)
    held_because = models.CharField(
        _("because"), max_length=10, choices=held_choices, blank=True, default=""
    )

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")
        constraints = [
            models.CheckConstraint(name="installation_is_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="installation_held_for_a_reason",
                condition=Q(held_at__isnull=True, held_because="")
                | Q(held_at__isnull=False, held_because__in=[held.value for held in Held]),
            ),
        ]

    def __str__(self) -> str:
        return self.marker
