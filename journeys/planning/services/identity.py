"""The identifier that ties the cells of one cycle to one patient."""

import secrets


def new_chain_of_identity() -> str:
    """Return a fresh chain-of-identity id, one per therapy event (ISBT 128 standard ST-028)."""
    return f"COI-{secrets.token_hex(5).upper()}"
