"""What stands above a list: saved filters, and all that it can be narrowed to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from carttrack.accounts.models import Centre, User
from carttrack.prepared import Asked, Rows, answers
from journeys.worklist.domain import FilterPage
from journeys.worklist.selectors.choices import Choices, asked_for_protocols, protocols_from
from journeys.worklist.selectors.columns import Columns, asked_for_columns, columns_from
from journeys.worklist.selectors.owners import asked_for_owners, owners_from
from journeys.worklist.selectors.saved_filters import FilterBar, asked_for_filters, filter_bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What a list of journeys can be narrowed to."""

    stages: Columns
    owners: Choices
    protocols: Choices


def narrowing_of(centre: Centre, centres: Sequence[Centre]) -> Narrowing:
    """Return what a list at a centre can be narrowed to, by whoever works at these centres."""
    return _narrowing(
        *answers(asked_for_columns(centre), asked_for_owners(centre), asked_for_protocols(centres))
    )


def list_tools(
    *,
    user: User,
    centre: Centre,
    centres: Sequence[Centre],
    page: FilterPage,
    query: Mapping[str, str],
    beside: Collection[Asked] = (),
) -> tuple[FilterBar, Narrowing, list[Rows]]:
    """Return all that stands above a list and the answers to others, in one round trip."""
    offered, stages, owners, protocols, *others = answers(
        asked_for_filters(user, centres, page),
        asked_for_columns(centre),
        asked_for_owners(centre),
        asked_for_protocols(centres),
        *beside,
    )
    bar = filter_bar(
        user=user, centre=centre, centres=centres, page=page, query=query, offered=offered
    )
    return bar, _narrowing(stages, owners, protocols), others


def _narrowing(stages: Rows, owners: Rows, protocols: Rows) -> Narrowing:
    return Narrowing(
        stages=columns_from(stages),
        owners=owners_from(owners),
        protocols=protocols_from(protocols),
    )
