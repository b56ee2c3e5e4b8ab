"""The list of protocols: shared ones, the centre's own, and the drafts in progress."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from carttrack.accounts.models import User
from journeys.authoring.labels.differences import region_text
from journeys.authoring.models import ProtocolDraft
from journeys.planning.models import Journey, ProtocolVersion

SHARED, OWN = "shared", "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One published version; `journeys` are the active ones that the reader may see."""

    code: str
    number: int
    published_at: datetime
    journeys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRow:
    """One protocol with its versions, the newest first."""

    code: str
    title: str
    product: str
    regions: str
    is_own: bool
    versions: tuple[VersionLine, ...]

    @property
    def newest(self) -> VersionLine:
        """Return the version that new journeys get."""
        return self.versions[0]

    @property
    def journeys(self) -> int:
        """Return the active journeys on any version."""
        return sum(version.journeys for version in self.versions)

    @property
    def behind(self) -> int:
        """Return the active journeys on older versions."""
        return self.journeys - self.newest.journeys


def protocol_rows(
    versions: QuerySet[ProtocolVersion], *, reader: User | None, text: str = "", owner: str = ""
) -> tuple[ProtocolRow, ...]:
    """Return the protocols that fit, the centre's own first; in two queries.

    Without a `reader` no journey is counted: an administrator sees no patients.
    """
    rows: dict[str, list[ProtocolVersion]] = {}
    for version in versions.defer("document").order_by("protocol__code", "-number"):
        rows.setdefault(version.protocol.code, []).append(version)
    counts = _journeys_on(reader)
    found = (_row(lines, counts) for lines in rows.values())
    fitting = (row for row in found if _fits(row, text=text, owner=owner))
    return tuple(sorted(fitting, key=lambda row: (not row.is_own, row.title)))


def versions_of(
    versions: QuerySet[ProtocolVersion], code: str, *, reader: User | None
) -> tuple[VersionLine, ...]:
    """Return the versions of one protocol, the newest first."""
    found = versions.filter(protocol__code=code).defer("document").order_by("-number")
    counts = _journeys_on(reader)
    return tuple(_version(version, counts) for version in found)


def drafts_in_progress(drafts: QuerySet[ProtocolDraft]) -> tuple[ProtocolDraft, ...]:
    """Return the open drafts, the one that was saved last first."""
    return tuple(
        drafts.open()  # type: ignore[attr-defined]
        .select_related("based_on__protocol", "updated_by")
        .defer("based_on__document")
        .order_by("-updated_at")
    )


def _journeys_on(reader: User | None) -> dict[int, int]:
    if reader is None:
        return {}
    journeys = Journey.objects.visible_to(reader).active().order_by()
    counted = journeys.values_list("protocol_version").annotate(count=Count("pk"))
    return dict(counted)


def _row(versions: Iterable[ProtocolVersion], counts: dict[int, int]) -> ProtocolRow:
    lines = list(versions)
    newest = lines[0]
    product = newest.protocol.product
    return ProtocolRow(
        code=newest.protocol.code,
        title=newest.title,
        product=product.name if product else "",
        regions=", ".join(region_text(region) for region in newest.regions),
        is_own=newest.protocol.centre_id is not None,
        versions=tuple(_version(version, counts) for version in lines),
    )


def _version(version: ProtocolVersion, counts: dict[int, int]) -> VersionLine:
    return VersionLine(
        code=version.protocol.code,
        number=version.number,
        published_at=version.published_at,
        journeys=counts.get(version.pk, 0),
    )


def _fits(row: ProtocolRow, *, text: str, owner: str) -> bool:
    words = f"{row.title} {row.code} {row.product}".casefold()
    is_asked = owner not in {SHARED, OWN} or (owner == OWN) == row.is_own
    return is_asked and all(word in words for word in text.casefold().split())
