"""The stages that journeys of a centre can stand in, for the board and the filters."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from carttrack.accounts.models import Centre
from journeys.planning.models import Journey, ProtocolVersion
from journeys.planning.selectors.timeline import words
from journeys.planning.workspace import protocol_of

Columns = dict[str, str]


def columns_of(centre: Centre) -> Columns:
    """Return the title of each stage by its code, in the order in which patients pass them.

    Older versions count as well, because journeys still follow them; the newest one names a stage.
    """
    followed = Journey.objects.active().filter(protocol_version=OuterRef("pk"), centre=centre)
    offered = Q(regions__contains=centre.region) & (
        Q(protocol__centre=None) | Q(protocol__centre=centre)
    )
    versions = (
        ProtocolVersion.objects.filter(offered | Exists(followed))
        .defer("document")
        .order_by("-published_at", "-pk")
    )
    titles: Columns = {}
    paths = []
    for version in versions:
        stages = protocol_of(version).stages
        paths.append([stage.code for stage in stages])
        for stage in stages:
            titles.setdefault(stage.code, words(stage.title))
    return {code: titles[code] for code in merged(paths)}


def merged(paths: Iterable[Sequence[str]]) -> list[str]:
    """Return every code once; one that is new stands right behind the one before it on its path."""
    found: list[str] = []
    for path in paths:
        place = 0
        for code in path:
            if code not in found:
                found.insert(place, code)
            place = found.index(code) + 1
    return found
