"""The stages that journeys of a centre can stand in, for the board and the filters."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Exists, JSONField, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from carttrack.accounts.models import Centre
from carttrack.prepared import CENTRE, Asked, Param, Rows, prepared
from journeys.planning.models import Journey, ProtocolVersion
from journeys.planning.selectors.wording import words
from journeys.worklist.selectors.lines import protocol_of_version

Columns = dict[str, str]
REGION = Param("region", JSONField())


def columns_of(centre: Centre) -> Columns:
    """Return the title of each stage by its code, in the order in which patients pass them.

    Older versions count as well, because journeys still follow them; the newest one names a stage.
    """
    return columns_from(asked_for_columns(centre).rows())


def asked_for_columns(centre: Centre) -> Asked:
    """Return the question in which stages journeys of a centre can stand."""
    return _followed().asked(centre=centre.pk, region=json.dumps(centre.region))


def columns_from(followed: Rows) -> Columns:
    """Return the stages from the answer of `asked_for_columns`."""
    return _titles(tuple(version for (version,) in followed), get_language())


@prepared
def _followed() -> "QuerySet[ProtocolVersion, Any]":
    """Ask for the versions that the centre may follow or that a journey of its follows."""
    followed = Journey.objects.active().filter(protocol_version=OuterRef("pk"), centre=CENTRE)
    offered = Q(regions__contains=REGION) & (Q(protocol__centre=None) | Q(protocol__centre=CENTRE))
    versions = ProtocolVersion.objects.filter(offered | Exists(followed))
    return versions.order_by("-published_at", "-pk").values_list("pk")


@lru_cache(maxsize=256)
def _titles(versions: tuple[int, ...], _language: str | None) -> Columns:
    """Merge the stages of versions once: their content never changes."""
    titles: Columns = {}
    paths = []
    for version in versions:
        stages = protocol_of_version(version).stages
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
