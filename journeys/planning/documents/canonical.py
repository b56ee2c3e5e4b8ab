"""The fingerprint of a document, the same however its file was laid out."""

import hashlib
import json
from typing import Any


def checksum(document: Any) -> str:
    """Return the SHA-256 of the document's canonical JSON, in hexadecimal."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
