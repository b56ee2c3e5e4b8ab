"""Writing drafts: started from a version, saved, undone, discarded."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from carttrack.accounts.models import Centre, User
from carttrack.audit import services as audit
from journeys.authoring.documents import checked, copied, own_code
from journeys.authoring.domain.parts import Document
from journeys.authoring.models import DraftSave, ProtocolDraft
from journeys.authoring.services.refusals import DraftClosed, NothingToUndo, StaleDraft
from journeys.planning.documents import checksum
from journeys.planning.models import Protocol, ProtocolVersion
from journeys.planning.services.refusals import SentTwice

Change = Callable[[Document], Document]


@transaction.atomic
def start_draft(
    *,
    version: ProtocolVersion,
    centre: Centre,
    by: User,
    now: datetime,
    uid: uuid.UUID | None = None,
) -> ProtocolDraft:
    """Copy a published version into a draft of the centre.

    A shared protocol becomes one of the centre's own, with a code of its own; the centre's own
    protocol gets its next version. `uid` is the draft's name where a form chose one.

    Raises:
        SentTwice: there is a draft of this name.
    """
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if uid and ProtocolDraft.objects.filter(uid=uid).exists():
        raise SentTwice
    is_own = version.protocol.centre_id == centre.pk
    code = version.protocol.code if is_own else _free_code(version.protocol.code, centre)
    document = copied(
        version.document,
        code=code,
        number=next_number(code),
        owner="" if is_own else centre.short_name,
    )
    draft = ProtocolDraft.objects.create(
        uid=uid or uuid.uuid4(),
        centre=centre,
        code=code,
        title=checked(document).title["en"],
        based_on=version,
        created_at=now,
        created_by=by,
        updated_at=now,
        updated_by=by,
    )
    _add_save(draft, document, by=by, now=now)
    audit.record(
        actor=by,
        action="draft.started",
        patient_uid=None,
        subject=draft,
        centre=centre,
        after={"code": code, "based_on": str(version), "checksum": version.checksum},
        now=now,
    )
    return draft


@transaction.atomic
def save_draft(
    *, draft_uid: uuid.UUID, revision: int, change: Change, by: User, now: datetime
) -> ProtocolDraft:
    """Change the document as `change` says; what changes nothing adds no save.

    Raises:
        DraftClosed: the draft was published or discarded.
        StaleDraft: somebody else has saved since `revision`.
        DocumentProblem: the document would not have the schema's shape; nothing is written.
        NoSuchPart, StillNeeded: from `change`.
    """
    draft = locked(draft_uid, revision=revision)
    before = draft.saves.get(number=draft.revision).document
    document = change(before)
    protocol = checked(document)
    if checksum(document) != checksum(before):
        draft.title = protocol.title["en"]
        _next_save(draft, document, by=by, now=now)
    return draft


@transaction.atomic
def undo_save(*, draft_uid: uuid.UUID, revision: int, by: User, now: datetime) -> ProtocolDraft:
    """Go back to what the draft said before its last save; again goes back further.

    Raises:
        DraftClosed, StaleDraft: as for a save.
        NothingToUndo: it says what it said when it was started.
    """
    draft = locked(draft_uid, revision=revision)
    target = previous_number(draft)
    if target is None:
        raise NothingToUndo
    document = draft.saves.get(number=target).document
    draft.title = checked(document).title["en"]
    _next_save(draft, document, by=by, now=now, restores=target)
    return draft


@transaction.atomic
def discard_draft(*, draft_uid: uuid.UUID, revision: int, by: User, now: datetime) -> ProtocolDraft:
    """Put a draft aside for good; its saves are kept.

    Raises:
        DraftClosed, StaleDraft: as for a save.
    """
    draft = locked(draft_uid, revision=revision)
    draft.discarded_at = draft.updated_at = now
    draft.updated_by = by
    draft.save(update_fields=["discarded_at", "updated_at", "updated_by"])
    audit.record(
        actor=by,
        action="draft.discarded",
        patient_uid=None,
        subject=draft,
        centre=draft.centre,
        before={"code": draft.code, "revision": draft.revision},
        now=now,
    )
    return draft


def locked(draft_uid: uuid.UUID, *, revision: int) -> ProtocolDraft:
    """Return an open draft, its row locked, if nobody has saved since `revision`.

    Raises:
        DraftClosed, StaleDraft: otherwise.
    """
    # Alone: a statement with joins loses the row if somebody else has just saved it.
    list(ProtocolDraft.objects.select_for_update().filter(uid=draft_uid).values_list("pk"))
    draft = ProtocolDraft.objects.select_related("centre", "based_on__protocol", "updated_by").get(
        uid=draft_uid
    )
    if not draft.is_open:
        raise DraftClosed
    if draft.revision != revision:
        raise StaleDraft(draft.updated_by.name)
    return draft


def previous_number(draft: ProtocolDraft) -> int | None:
    """Return the save that an undo goes back to: the one before what the draft says now."""
    saves = dict(draft.saves.values_list("number", "restores"))
    said_in = saves[draft.revision] or draft.revision
    earlier = said_in - 1
    return (saves[earlier] or earlier) if earlier else None


def next_number(code: str) -> int:
    """Return the number of the next version of a protocol."""
    numbers = ProtocolVersion.objects.filter(protocol__code=code).values_list("number", flat=True)
    return max(numbers, default=0) + 1


def _free_code(code: str, centre: Centre) -> str:
    """Return the code of the centre's copy; one that somebody else's protocol has gets a number."""
    wanted = own_code(code, centre.code)
    free, number = wanted, 2
    while Protocol.objects.filter(code=free).exclude(centre=centre).exists():
        free, number = own_code(code, f"{centre.code}-{number}"), number + 1
    return free


def _next_save(
    draft: ProtocolDraft,
    document: Document,
    *,
    by: User,
    now: datetime,
    restores: int | None = None,
) -> None:
    draft.revision += 1
    draft.updated_at, draft.updated_by = now, by
    draft.save(update_fields=["title", "revision", "updated_at", "updated_by"])
    _add_save(draft, document, by=by, now=now, restores=restores)


def _add_save(
    draft: ProtocolDraft,
    document: Document,
    *,
    by: User,
    now: datetime,
    restores: int | None = None,
) -> None:
    DraftSave.objects.create(
        draft=draft,
        number=draft.revision,
        document=document,
        restores=restores,
        saved_at=now,
        saved_by=by,
    )
