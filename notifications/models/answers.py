"""What people answered when a message asked whether they come."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import Centre
from carttrack.audit.tracking import protected, tracked
from notifications.domain.answers import LONGEST_WORDS, Said, Source, WhyNot
from notifications.labels import said_choices, source_choices, why_not_choices
from notifications.models.ledger import Topic


@tracked()
class Answer(models.Model):
    """One answer about one occurrence; rows are only ever added and the last one counts.

    `about` is the occurrence, an appointment: one that moves is another and has no answer yet.
    `starts_at` repeats when it is, so that a list need not read what is over.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="answers")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    about = models.UUIDField(help_text="The appointment's.")
    starts_at = models.DateTimeField(_("is on"))
    said = models.CharField(_("answer"), max_length=12, choices=said_choices)
    reason = models.CharField(_("because"), max_length=20, choices=why_not_choices, blank=True)
    words = models.CharField(_("in their words"), max_length=LONGEST_WORDS, blank=True)
    source = models.CharField(_("given by"), max_length=8, choices=source_choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.CheckConstraint(
                name="answer_is_known", condition=Q(said__in=[each.value for each in Said])
            ),
            models.CheckConstraint(
                name="answer_source_is_known",
                condition=Q(source__in=[each.value for each in Source]),
            ),
            models.CheckConstraint(
                name="answer_other_time_has_a_reason",
                condition=Q(said=Said.CONFIRMED.value, reason="")
                | Q(said=Said.OTHER_TIME.value, reason__in=[each.value for each in WhyNot]),
            ),
        ]
        indexes = [
            models.Index(fields=["about", "-id"], name="answer_last_about"),
            models.Index(
                fields=["centre", "starts_at"],
                name="answer_wishes_ahead",
                condition=Q(said=Said.OTHER_TIME.value),
            ),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.said} about {self.about}"
