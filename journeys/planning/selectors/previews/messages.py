"""The messages that a change sends, moves or withdraws, with the words their readers get."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from journeys.patients.domain import contact_uid
from journeys.patients.models import Patient
from journeys.planning.selectors.previews.titles import Titles
from notifications.domain.changes import MessageChange, SyncResult
from notifications.models import Recipient
from notifications.selectors import ChangeRow, change_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One message in the words of its reader."""

    row: ChangeRow
    to: str
    about: str

    @property
    def change(self) -> MessageChange:
        """Return the change itself."""
        return self.row.change


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLines:
    """All messages that a change touches."""

    created: tuple[MessageLine, ...]
    moved: tuple[MessageLine, ...]
    withdrawn: tuple[MessageLine, ...]

    @property
    def count(self) -> int:
        """Return how many they are."""
        return len(self.created) + len(self.moved) + len(self.withdrawn)


def message_lines(found: SyncResult, patient: Patient, titles: Titles) -> MessageLines:
    """Return the messages as lines, all recipients fetched at once."""
    touched = (*found.created, *found.moved, *found.suppressed)
    recipients = Recipient.objects.select_related("user").in_bulk(
        {change.recipient_id for change in touched}
    )

    def lines(changes: Iterable[MessageChange]) -> tuple[MessageLine, ...]:
        return tuple(_line(change, recipients, patient, titles) for change in changes)

    return MessageLines(
        created=lines(found.created),
        moved=lines(found.moved),
        withdrawn=lines(found.suppressed),
    )


def _line(
    change: MessageChange, recipients: Mapping[int, Recipient], patient: Patient, titles: Titles
) -> MessageLine:
    recipient = recipients[change.recipient_id]
    (row,) = change_rows(changes=[change], language=recipient.language)
    return MessageLine(row=row, to=_name(recipient, patient), about=titles.of_message(change))


def _name(recipient: Recipient, patient: Patient) -> str:
    """Return who reads it; a patient may have no account, and whom they named has none."""
    if recipient.uid == contact_uid(patient.uid):
        return patient.contact_name
    if recipient.user is None or recipient.user.pk == patient.user_id:
        return patient.full_name
    return recipient.user.name
