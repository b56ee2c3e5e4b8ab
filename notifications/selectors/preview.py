"""The words of messages that a change of plan would send, move or withdraw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notifications.channels import channel_named
from notifications.channels.texts import Text, TextNotMade, text_for
from notifications.domain.changes import MessageChange
from notifications.labels import CHANNELS, KINDS, Word, reason_word


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A message that changes, in words; `text` is empty when there is none yet."""

    change: MessageChange
    kind: Word
    channel: Word
    reason: Word
    subject: str
    text: str


def change_rows(*, changes: Iterable[MessageChange], language: str) -> Sequence[ChangeRow]:
    """Put changes into words, each with the text that the recipient would read."""
    return [_row(change, language) for change in changes]


def _row(change: MessageChange, language: str) -> ChangeRow:
    """Put one change into words."""
    try:
        text = text_for(
            kind=change.kind,
            channel=channel_named(change.channel),
            language=language,
            context=change.context,
        )
    except TextNotMade:
        # Such a message will wait on a person's list; that it exists is shown all the same.
        text = Text(subject="", body="")
    return ChangeRow(
        change=change,
        kind=KINDS.get(change.kind, change.kind),
        channel=CHANNELS.get(change.channel, change.channel),
        reason=reason_word(change.reason),
        subject=text.subject,
        text=text.body,
    )
