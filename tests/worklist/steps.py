"""The three steps of a change in a browser: ask, look at the preview, commit it."""

from typing import Any

from django.test import Client


def preview(client: Client, address: str, **typed: Any) -> Any:
    """Say what is wanted and return the page with the preview, or with the refusal."""
    return client.post(address, typed)


def carry_out(client: Client, address: str, **typed: Any) -> Any:
    """Take a change through all its steps and return the last page."""
    shown = preview(client, address, **typed)
    if shown.context is None or "preview" not in shown.context:
        return shown
    token = shown.context["preview"].token
    return client.post(address, typed | {"token": token}, follow=True)
