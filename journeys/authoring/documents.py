"""Documents of drafts: checked against the protocol's schema, and given their code and version."""

import re
from typing import Any

from journeys.authoring.domain.merging import english, put_words
from journeys.planning.documents import protocol_from_document
from journeys.planning.documents.located import Located
from journeys.planning.documents.schema import check_shape
from journeys.planning.domain.protocol import Protocol

LONGEST_CODE = 60
LONGEST_TITLE = 200


def checked(document: dict[str, Any]) -> Protocol:
    """Return the protocol of a document that has the schema's shape.

    Raises:
        DocumentProblem: it has not; the problem names the key.
    """
    check_shape(Located(document=document, file="", lines={}), "protocol")
    return protocol_from_document(document)


def own_code(code: str, centre_code: str) -> str:
    """Return the code of a centre's own copy of a shared protocol."""
    suffix = re.sub(r"[^a-z0-9]+", "-", centre_code.lower()).strip("-")
    base = code[: LONGEST_CODE - len(suffix) - 1].rstrip("-")
    return f"{base}-{suffix}"


def copied(document: dict[str, Any], *, code: str, number: int, owner: str) -> dict[str, Any]:
    """Return a copy with a code and version number; another owner is named in its title."""
    copy = {**document, "code": code, "version": number}
    if owner:
        put_words(copy, "title", f"{english(document['title'])}, {owner}"[:LONGEST_TITLE])
    return copy
