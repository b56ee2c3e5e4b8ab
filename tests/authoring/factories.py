"""Drafts for the tests, started by the real service."""

from carttrack.accounts.models import Centre, User
from journeys.authoring.models import ProtocolDraft
from journeys.authoring.services.drafts import start_draft
from tests.factories import STANDARD, centre_now, published, staff


def draft_of(centre: Centre, code: str = STANDARD, by: User | None = None) -> ProtocolDraft:
    """Return the centre's open draft of a protocol, started first where there is none."""
    drafts = ProtocolDraft.objects.open().filter(centre=centre, based_on__protocol__code=code)
    return drafts.first() or start_draft(
        version=published(code), centre=centre, by=by or staff(centre), now=centre_now(centre)
    )
