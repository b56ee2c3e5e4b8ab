"""Mail servers and gateways for the tests of messages."""

import pytest

from tests.notifications.gateway_server import PASSWORD, USER, GatewayServer
from tests.notifications.smtp_server import FaultyServer


@pytest.fixture
def mail_server(settings):
    """Run a mail server whose fault the test chooses, and point the settings at it."""
    server = FaultyServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.fixture
def gateway_server():
    """Run a server that speaks like every provider, and whose fault the test chooses."""
    server = GatewayServer()
    yield server
    server.stop()


@pytest.fixture(params=["46elks", "twilio"])
def gateway(request, settings, gateway_server):
    """Point the settings at each gateway in turn."""
    settings.SMS_GATEWAY, settings.SMS_API_URL = request.param, gateway_server.url
    settings.SMS_USER, settings.SMS_PASSWORD = USER, PASSWORD
    settings.SMS_FROM = "+46700000000"
    return gateway_server
