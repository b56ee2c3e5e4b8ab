"""The latest changes of a plan, as few as the journey page shows, in one statement."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from carttrack.prepared import Asked, Param, Rows, prepared
from journeys.planning.domain.states import RevisionKind
from journeys.planning.models import PlanChange, PlanRevision
from journeys.planning.selectors.opening import JOURNEY_PK
from journeys.planning.state_labels import REVISION_KIND_LABELS
from journeys.worklist.selectors.journeys import RevisionLine, known_address, reason_word
from journeys.worklist.selectors.titles import NAMING, title_from

SHOWN = 8
KNOWN_AT = Param("known_at", DateTimeField())


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestRevisions:
    """The latest changes, newest first, and the kind and number of the very last one."""

    lines: tuple[RevisionLine, ...]
    has_more: bool
    last_kind: str
    last_number: int


def revisions_asked(journey_uid: uuid.UUID, *, known_at: datetime | None) -> Asked:
    """Return what `latest_revisions` needs; with `known_at`, an instant, the changes of then."""
    return _latest(is_known=known_at is not None).asked(journey=journey_uid, known_at=known_at)


def latest_revisions(rows: Rows) -> LatestRevisions:
    """Return the latest changes that rows of `revisions_asked` hold."""
    shown = rows[:SHOWN]
    return LatestRevisions(
        lines=tuple(_line(row) for row in shown),
        has_more=len(rows) > SHOWN,
        last_kind=rows[0][1] if rows else "",
        last_number=rows[0][0] if rows else 0,
    )


@prepared
def _latest(*, is_known: bool) -> "QuerySet[PlanRevision, Any]":
    changes = PlanChange.objects.filter(revision=OuterRef("pk")).order_by().values("revision")
    counted = Subquery(changes.values(number=Count("pk")))
    rows = PlanRevision.objects.filter(journey=JOURNEY_PK)
    if is_known:
        rows = rows.filter(made_at__lte=KNOWN_AT)
    return rows.order_by("-number").values_list(
        "number",
        "kind",
        "reason",
        "note",
        "made_at",
        "made_by__name",
        Coalesce(counted, 0),
        *(f"activity__{name}" for name in NAMING),
    )[: SHOWN + 1]


def _line(row: tuple[Any, ...]) -> RevisionLine:
    number, kind, reason, note, made_at, made_by, changes, *about = row
    return RevisionLine(
        number=number,
        title=str(REVISION_KIND_LABELS[RevisionKind(kind)]),
        about=title_from(*about) if about[0] else "",
        reason=reason_word(reason) if reason else "",
        note=note,
        made_by=made_by or _("the system"),
        made_at=made_at,
        known_at=known_address(made_at),
        changes=changes,
    )
