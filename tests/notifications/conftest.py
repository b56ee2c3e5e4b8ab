"""Mail servers for the tests of messages."""

import pytest

from tests.notifications.smtp_server import FaultyServer


@pytest.fixture
def mail_server(settings):
    """Run a mail server whose fault the test chooses, and point the settings at it."""
    server = FaultyServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()
