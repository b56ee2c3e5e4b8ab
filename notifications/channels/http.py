"""HTTP that knows whether the request was written; after that, no reply means doubt."""

import http.client
import selectors
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

from notifications.channels.base import ChannelDown

SECONDS_TO_CONNECT = 10
# All steps of one message together; a sweep's lease has to outlast it.
SECONDS_PER_MESSAGE = 30
LONGEST_ANSWER = 64 * 1024
# What a server, a proxy or the network in between may do to us.
FAULTS = (http.client.HTTPException, OSError)


class NotWritten(Exception):
    """The request did not leave whole, so that nobody can have acted on it."""


class ReplyLost(Exception):
    """The request left and no answer came: it may or may not have been acted on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the other side said."""

    status: int
    body: bytes


class HttpConnection:
    """One connection for a batch, opened again when the server closes it in between."""

    def __init__(self, url: str, *, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._host = parts.netloc
        self._path = parts.path.rstrip("/")
        self._is_encrypted = parts.scheme == "https"
        self._headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        self._http: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def ready(self) -> None:
        """Connect unless connected.

        Raises:
            ChannelDown: the server cannot be reached.
        """
        if self._http is not None and not _is_over(self._http.sock):
            return
        self._close()
        self._http = self._new()
        try:
            self._http.connect()
        except FAULTS as error:
            self._close()
            raise ChannelDown(type(error).__name__) from error

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form over the open connection.

        Raises:
            NotWritten: the connection broke before all of it was written.
            ReplyLost: it was written, and no answer came in time.
        """
        deadline = time.monotonic() + SECONDS_PER_MESSAGE
        connection = self._http
        if connection is None:
            raise NotWritten("closed")
        try:
            _limit(connection, deadline)
            body = urlencode(form).encode()
            connection.request("POST", f"{self._path}{path}", body=body, headers=self._headers)
        except FAULTS as error:
            self._close()
            raise NotWritten(type(error).__name__) from error
        try:
            _limit(connection, deadline)
            response = connection.getresponse()
            answer = Answer(status=response.status, body=response.read(LONGEST_ANSWER))
        except FAULTS as error:
            self._close()
            raise ReplyLost(type(error).__name__) from error
        if not response.isclosed():  # it goes on talking; nobody waits for the end of it
            self._close()
        return answer

    def _new(self) -> http.client.HTTPConnection:
        """Return a connection that is not open yet."""
        if self._is_encrypted:
            return http.client.HTTPSConnection(
                self._host, timeout=SECONDS_TO_CONNECT, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(self._host, timeout=SECONDS_TO_CONNECT)

    def _close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None


def _is_over(sock: socket.socket | None) -> bool:
    """Tell whether the server has hung up: a silent line is a good one.

    A request written to a line that is over would be in doubt for no reason.
    """
    if sock is None:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(timeout=0))


def _limit(connection: http.client.HTTPConnection, deadline: float) -> None:
    """Wait no longer than the message's time allows."""
    if connection.sock is not None:
        connection.sock.settimeout(max(0.05, deadline - time.monotonic()))
