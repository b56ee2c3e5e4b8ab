"""The companies that carry texts; a new one is a module and a line here."""

from collections.abc import Mapping

from notifications.channels.gateways.base import Gateway
from notifications.channels.gateways.elks import ElksGateway
from notifications.channels.gateways.twilio import TwilioGateway

GATEWAYS: Mapping[str, Gateway] = {
    gateway.name: gateway for gateway in (ElksGateway(), TwilioGateway())
}
