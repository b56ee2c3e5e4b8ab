"""Views of a list that people keep under a name."""

import uuid
from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.domain import CLINICAL_ROLES
from carttrack.accounts.models import Centre, Membership, Reader
from carttrack.prepared import Param
from journeys.worklist.labels import filter_page_choices


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Filters that chain; each one reads as a clause of a sentence."""

    def offered_to(self, user: Reader, centres: Collection[Centre] | Param) -> Self:
        """Keep the person's own and those that colleagues share at the centres.

        Sharing ends with the membership: what somebody shared goes when they go.
        """
        still_there = Membership.objects.current().filter(
            user=OuterRef("owner"),
            centre=OuterRef("centre"),
            role__in=sorted(CLINICAL_ROLES),
            user__is_active=True,
        )
        shared = Q(Exists(still_there), is_shared=True)
        return self.filter(Q(owner=user) | shared, centre__in=centres)


SavedFilterManager = models.Manager.from_queryset(SavedFilterQuerySet)


class SavedFilter(models.Model):
    """The filters and the order of a list, under a name, for one person or their centre.

    `query` holds keys and values of the page's address. Words typed into a search name patients:
    they may be kept in private and never shared.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    centre = models.ForeignKey(
        "accounts.Centre", on_delete=models.CASCADE, related_name="saved_filters"
    )
    page = models.CharField(max_length=20, choices=filter_page_choices)
    name = models.CharField(_("name"), max_length=60)
    query = models.JSONField(default=dict, blank=True)
    is_shared = models.BooleanField(_("shared"), default=False)
    is_default = models.BooleanField(_("default"), default=False)

    objects = SavedFilterManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "owner", "page", Lower("name"), name="saved_filter_name_once_per_owner_and_page"
            ),
            models.UniqueConstraint(
                fields=["owner", "page"],
                condition=Q(is_default=True),
                name="saved_filter_one_default_per_page",
            ),
            models.CheckConstraint(
                name="saved_filter_shared_names_nobody",
                condition=Q(is_shared=False) | ~Q(query__has_key="q"),
            ),
            models.CheckConstraint(name="saved_filter_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.name}"
