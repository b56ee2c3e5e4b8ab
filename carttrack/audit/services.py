"""Writing the history and the read log."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from carttrack.audit.domain import ReadHow, chained_hash
from carttrack.audit.models import HistoryEntry, chain_of, hashed_values
from carttrack.audit.trace import current_trace
from carttrack.prepared import Statement

# One statement without a transaction around it: every page that shows patients writes this.
LOG_READ = Statement(
    """
    INSERT INTO audit_readentry (at, reader_id, patient_uid, page, how, centre_id, request_id)
    SELECT %(at)s::timestamptz, %(reader)s::bigint, seen, %(page)s, %(how)s, %(centre)s::bigint,
           %(request)s::uuid
      FROM unnest(%(seen)s::uuid[]) AS seen
    """
)


class OutsideTransaction(RuntimeError):
    """A history entry belongs in the transaction of what it tells about."""


def record(
    *,
    actor: AbstractBaseUser | str,
    action: str,
    patient_uid: UUID | None,
    now: datetime,
    subject: models.Model | None = None,
    centre: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    note: str = "",
) -> HistoryEntry:
    """Add one entry to the history of a patient, or to that of the system.

    Call it once per use-case, as its last step: the chain stays locked until the transaction
    ends, so that two entries never follow the same one.

    The actor is a person, or a name like `system:sweep` for a job; the action a noun and a past
    participle, like `journey.started`; the subject the row it is about.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"Open a transaction around {action!r} and its history entry.")
    chain = chain_of(patient_uid)
    last = _lock_and_read_last(chain)
    entry = HistoryEntry(
        at=now,
        actor_id=None if isinstance(actor, str) else actor.pk,
        actor_label=str(actor),
        action=action,
        patient_uid=patient_uid,
        subject_type=subject._meta.label_lower if subject is not None else "",  # noqa: SLF001
        subject_uid=getattr(subject, "uid", None),
        centre_id=centre.pk if centre is not None else None,
        reason=reason,
        note=note,
        before=_as_stored(before),
        after=_as_stored(after),
        request_id=current_trace(),
        chain=chain,
        number=last.number + 1 if last else 1,
        previous_hash=last.hash if last else "",
    )
    entry.hash = chained_hash(entry.previous_hash, hashed_values(entry))
    entry.save(force_insert=True)
    return entry


@contextmanager
def logging_read(
    *,
    reader: AbstractBaseUser,
    patient_uids: Iterable[UUID],
    page: str,
    how: ReadHow,
    now: datetime,
    centre: models.Model | None = None,
) -> Iterator[None]:
    """Note in one statement, while the caller draws them, that a person saw these patients.

    `page` is the name of the route, so that an address with an id in it is never stored.
    """
    seen = list(dict.fromkeys(patient_uids))
    if not seen:
        yield
        return
    with LOG_READ.underway(
        at=now,
        reader=reader.pk,
        seen=seen,
        page=page,
        how=how.value,
        centre=centre.pk if centre is not None else None,
        request=current_trace(),
    ):
        yield


def _lock_and_read_last(chain: str) -> HistoryEntry | None:
    """Wait for others who add to the chain, then return its last entry.

    Two statements on purpose: the second one must see what the first one waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit:{chain}"])
    return (
        HistoryEntry.objects.filter(chain=chain).order_by("-number").only("number", "hash").first()
    )


def _as_stored(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the values as the database will give them back, so that the hash can be checked."""
    stored: dict[str, Any] = json.loads(json.dumps(values or {}, cls=DjangoJSONEncoder))
    return stored
