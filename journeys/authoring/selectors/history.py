"""The saves of a draft: what has changed since one, and whether there is one to go back to."""

from journeys.authoring.documents import checked
from journeys.authoring.models import ProtocolDraft
from journeys.authoring.selectors.comparing import Group, comparison
from journeys.planning.workspace import protocol_of


def changes_since(draft: ProtocolDraft, number: int) -> tuple[Group, ...]:
    """Return what the draft says now that it did not say in an earlier save."""
    wanted = draft.saves.filter(number__in={number, draft.revision})
    documents = {save.number: checked(save.document) for save in wanted}
    after = documents[draft.revision]
    return comparison(documents.get(number, after), after)


def changes_from_base(draft: ProtocolDraft) -> tuple[Group, ...]:
    """Return what the draft says that the version it is based on does not."""
    document = draft.saves.get(number=draft.revision).document
    return comparison(protocol_of(draft.based_on), checked(document))


def can_undo(draft: ProtocolDraft) -> bool:
    """Tell whether the draft says something else than when it was started."""
    if draft.revision == 1:
        return False
    restores = draft.saves.values_list("restores", flat=True).get(number=draft.revision)
    return restores != 1
