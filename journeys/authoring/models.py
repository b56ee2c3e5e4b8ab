"""A centre's protocol versions in the making: each draft, and what it said after every save."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre
from carttrack.audit.tracking import protected, tracked
from journeys.planning.models import ProtocolVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from carttrack.accounts.models import User

# Who may write a centre's protocols.
AUTHORS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


class ProtocolDraftQuerySet(models.QuerySet["ProtocolDraft"]):
    """Drafts that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Keep the drafts of the centres whose protocols `user` may write today."""
        return self.filter(centre__in=Centre.objects.of(user, AUTHORS))

    def open(self) -> Self:
        """Keep those that were neither published nor discarded."""
        return self.filter(published_as__isnull=True, discarded_at__isnull=True)


ProtocolDraftManager = models.Manager.from_queryset(ProtocolDraftQuerySet)


@tracked()
class ProtocolDraft(models.Model):
    """The next version of a centre's protocol, before it is published.

    `revision` is the number of the latest save; whoever saves names the one they looked at.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="drafts")
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    based_on = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="drafts")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts_created"
    )
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts_updated"
    )
    published_as = models.OneToOneField(
        ProtocolVersion, on_delete=models.PROTECT, related_name="draft", null=True, blank=True
    )
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects = ProtocolDraftManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="draft_is_published_or_discarded_not_both",
                condition=Q(published_as__isnull=True) | Q(discarded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="draft_revision_starts_at_one", condition=Q(revision__gte=1)
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "-updated_at"],
                condition=Q(published_as__isnull=True, discarded_at__isnull=True),
                name="draft_open_by_centre",
            ),
        ]
        triggers = [protected()]

    def __str__(self) -> str:
        return f"{self.code} ({self.uid})"

    @property
    def is_open(self) -> bool:
        """Tell whether it may still be changed."""
        return self.published_as_id is None and self.discarded_at is None


class DraftSave(models.Model):
    """What a draft said after one save; rows are only ever added.

    `restores` is the number of the save that an undo went back to.
    """

    draft = models.ForeignKey(ProtocolDraft, on_delete=models.PROTECT, related_name="saves")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    restores = models.PositiveIntegerField(null=True, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="draft_saves"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_save_number_once"),
        ]
        triggers = [protected(update=True)]

    def __str__(self) -> str:
        return f"{self.draft} save {self.number}"
