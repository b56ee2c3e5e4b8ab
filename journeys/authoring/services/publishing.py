"""Publishing a draft as the next version of a centre's protocol."""

import uuid
from datetime import datetime

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.authoring.documents import checked
from journeys.authoring.domain.differences import differences
from journeys.authoring.services.drafts import locked, next_number
from journeys.authoring.services.refusals import NothingChanged, ProblemsRemain
from journeys.authoring.workspace import problems_of
from journeys.planning.documents import checksum
from journeys.planning.models import Protocol, ProtocolVersion
from journeys.planning.services import publish_protocol
from journeys.planning.workspace import protocol_of


@transaction.atomic
def publish_draft(
    *, draft_uid: uuid.UUID, revision: int, by: User, now: datetime
) -> ProtocolVersion:
    """Publish a draft; the version never changes again, and journeys stay where they are.

    Raises:
        DraftClosed, StaleDraft: somebody else was faster.
        ProblemsRemain: the lint finds something.
        NothingChanged: it says what the version it is based on says.
    """
    draft = locked(draft_uid, revision=revision)
    base = draft.based_on
    # Two drafts of one protocol are published one after the other, each with a number of its own.
    list(Protocol.objects.select_for_update().filter(code__in=[draft.code, base.protocol.code]))
    document = draft.saves.get(number=draft.revision).document
    document = {**document, "version": next_number(draft.code)}
    protocol = checked(document)
    if problems_of(protocol, product_id=base.protocol.product_id):
        raise ProblemsRemain
    if draft.code == base.protocol.code and not differences(protocol_of(base), protocol):
        raise NothingChanged
    version, _ = publish_protocol(
        protocol=protocol, document=document, centre=draft.centre, now=now
    )
    draft.published_as, draft.updated_at, draft.updated_by = version, now, by
    draft.save(update_fields=["published_as", "updated_at", "updated_by"])
    audit.record(
        actor=by,
        action="protocol.published",
        patient_uid=None,
        subject=draft,
        centre=draft.centre,
        before={"version": str(base), "checksum": base.checksum},
        after={"version": str(version), "checksum": checksum(document)},
        now=now,
    )
    return version
