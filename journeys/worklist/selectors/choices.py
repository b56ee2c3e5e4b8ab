"""What the filters of the patient list and the form of a new journey offer."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, Membership, User
from carttrack.prepared import CENTRES, Asked, Rows, prepared
from journeys.planning.models import ProtocolVersion

Choices = list[tuple[str, str]]


def newest_versions(centre: Centre) -> QuerySet[ProtocolVersion]:
    """Return the newest version of each protocol, shared or the centre's own, for its region."""
    newest = (
        ProtocolVersion.objects.filter(regions__contains=centre.region)
        .filter(Q(protocol__centre=None) | Q(protocol__centre=centre))
        .order_by("protocol", "-number")
        .distinct("protocol")
        .values("pk")
    )
    return (
        ProtocolVersion.objects.filter(pk__in=newest)
        .select_related("protocol")
        .defer("document")
        .order_by("title")
    )


def people_at(centre: Centre, role: Role) -> QuerySet[User]:
    """Return who works in a role at a centre today."""
    current = Membership.objects.current().filter(centre=centre, role=role)
    return User.objects.filter(pk__in=current.values("user"), is_active=True).order_by("name")


def asked_for_protocols(centres: Iterable[Centre]) -> Asked:
    """Return the question which protocols, shared or the centres' own, have been published."""
    return _published().asked(centres=[centre.pk for centre in centres])


def protocols_from(published: Rows) -> Choices:
    """Return the protocols from the answer of `asked_for_protocols`."""
    return [(code, product or title) for code, product, title in published]


@prepared
def _published() -> "QuerySet[ProtocolVersion, Any]":
    offered = Q(protocol__centre=None) | Q(protocol__centre__in=CENTRES)
    return (
        ProtocolVersion.objects.filter(offered)
        .order_by("protocol__code", "-number")
        .distinct("protocol__code")
        .values_list("protocol__code", "protocol__product__name", "title")
    )
