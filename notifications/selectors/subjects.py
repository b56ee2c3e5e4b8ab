"""Whom messages are about; this room knows no patient, so that a room above it tells."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from django.http import HttpRequest

# A message is about the journey of its thread, unless it leads to another one.
ThreadAndLink = tuple[UUID, str]
Names = Mapping[ThreadAndLink, str]
NameSubjects = Callable[[HttpRequest, Collection[ThreadAndLink]], Names]

_name_subjects: list[NameSubjects] = []


def told_by(name_subjects: NameSubjects) -> None:
    """Let a room above say whom messages are about, of those whom the reader may see."""
    _name_subjects.append(name_subjects)


def names_of(request: HttpRequest, messages: Collection[ThreadAndLink]) -> Names:
    """Return whom messages are about, as far as the reader may know."""
    return {
        message: name
        for name_subjects in _name_subjects
        for message, name in name_subjects(request, messages).items()
    }
