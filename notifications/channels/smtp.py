"""SMTP that knows whether the final dot was written; after it, no reply means doubt.

The commands of an envelope go to the server together where it takes them so.

Source:
    RFC 5321, section 3.3; RFC 2920 for the commands that go together.
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

from django.conf import settings

from notifications.channels.base import ChannelDown
from notifications.domain.message import Outcome, Result, without_addresses

SECONDS_TO_CONNECT = 10
# All steps of one message together; a sweep's lease has to outlast it.
SECONDS_PER_MESSAGE = 30
QUICKLY: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux has it
END_OF_DATA = b"\r\n.\r\n"
LINE_WITH_DOT = re.compile(rb"(?m)^\.")
OK, GO_ON, CLOSING, PERMANENT = 250, 354, 421, 500
# As most are: what needs no quoting. All others are left to the library.
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}")


class Step(NamedTuple):
    """A command of an envelope, the codes that say yes to it, and what a no is raised as."""

    command: str
    yes: frozenset[int]
    no: Callable[[int, bytes], smtplib.SMTPException]


class PhasedSMTP(smtplib.SMTP):
    """An SMTP client with one deadline per message and a memory of the final dot."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.is_dot_written = False
        self.deadline = time.monotonic() + SECONDS_TO_CONNECT
        super().__init__(*args, **kwargs)

    def begin(self) -> None:
        """Start the clock of a new message."""
        self.is_dot_written = False
        self.deadline = time.monotonic() + SECONDS_PER_MESSAGE

    def send(self, s: Any) -> None:
        """Write to the server; the text of a message ends with the dot."""
        self._limit()
        super().send(s)
        if isinstance(s, bytes) and s.endswith(END_OF_DATA):
            self.is_dot_written = True

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer within what is left of the time."""
        self._limit()
        return super().getreply()

    def hand_over(self, sender: str, address: str, content: bytes) -> None:
        """Send one message, whose lines end as lines of e-mail do, to one recipient.

        Raises:
            SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError: the server does not want it.
            SMTPServerDisconnected, OSError: the connection broke.
        """
        envelope = (
            Step(
                f"MAIL FROM:{_angled(sender)}{self._size_of(content)}",
                frozenset({OK}),
                lambda code, text: smtplib.SMTPSenderRefused(code, text, sender),
            ),
            Step(
                f"RCPT TO:{_angled(address)}",
                frozenset({OK, 251, 252}),
                lambda code, text: smtplib.SMTPRecipientsRefused({address: (code, text)}),
            ),
            Step("DATA", frozenset({GO_ON}), smtplib.SMTPDataError),
        )
        answers = self._answers(envelope)
        for step, (code, text) in zip(envelope, answers, strict=False):
            if code not in step.yes:
                self._leave(answers)
                raise step.no(code, text)
        self.send(LINE_WITH_DOT.sub(b"..", content).removesuffix(b"\r\n") + END_OF_DATA)
        code, text = self.getreply()
        if code != OK:
            self._leave([(code, text)])
            raise smtplib.SMTPDataError(code, text)

    def _size_of(self, content: bytes) -> str:
        """Say how long the message is, where the server wants to know."""
        return f" SIZE={len(content)}" if self.has_extn("size") else ""

    def _answers(self, envelope: Sequence[Step]) -> list[tuple[int, bytes]]:
        """Return the answers to an envelope, as far as they go."""
        goes_together = self.has_extn("pipelining")
        if goes_together:
            self.send("".join(f"{step.command}\r\n" for step in envelope))
            self._acknowledge_soon()
        answers = []
        for step in envelope:
            if not goes_together:
                self.send(f"{step.command}\r\n")
            answers.append(self.getreply())
            code, _ = answers[-1]
            if code == CLOSING or not (goes_together or code in step.yes):
                break
        return answers

    def _acknowledge_soon(self) -> None:
        """Let a server that writes each answer by itself not wait 40 ms for our word between two.

        Source:
            RFC 1122, section 4.2.3.2, on delayed acknowledgements, which meet Nagle's algorithm.
        """
        if QUICKLY is not None and self.sock is not None:
            self.sock.setsockopt(socket.IPPROTO_TCP, QUICKLY, 1)

    def _leave(self, answers: Sequence[tuple[int, bytes]]) -> None:
        """Be ready for the next message after a refusal, or give the connection up.

        A server that now waits for the text of what it refused can only be left.
        """
        if any(code in {CLOSING, GO_ON} for code, _ in answers):
            self.close()
            return
        try:
            self.rset()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _limit(self) -> None:
        """Wait no longer than the message's time allows."""
        if self.sock is not None:
            self.sock.settimeout(max(0.05, self.deadline - time.monotonic()))


class SmtpConnection:
    """One connection for a batch, opened again when the server closes it in between."""

    def __init__(self) -> None:
        self._smtp: PhasedSMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._smtp is None:
            return
        self._smtp.begin()
        try:
            self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            self._smtp.close()

    def ready(self) -> None:
        """Connect unless connected.

        Raises:
            ChannelDown: the server cannot be reached or does not let us in.
        """
        if self._smtp is not None and self._smtp.sock is not None:
            return
        try:
            self._smtp = _connect()
        except (smtplib.SMTPException, OSError) as error:
            self._smtp = None
            raise ChannelDown(type(error).__name__) from error

    def send(self, *, sender: str, address: str, content: bytes, message_id: str) -> Outcome:
        """Send one message over the open connection.

        Raises:
            ValueError: the address cannot be one; nothing was sent.
        """
        smtp = self._smtp
        if smtp is None:
            return Outcome(result=Result.AGAIN, code="closed")
        smtp.begin()
        try:
            smtp.hand_over(sender, address, content)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = error.recipients[address]
            return _answered(code, text, reason="bounced")
        except smtplib.SMTPResponseException as error:
            return _answered(error.smtp_code, error.smtp_error, reason="refused")
        except (smtplib.SMTPException, OSError) as error:
            smtp.close()
            return _cut_off(error, is_dot_written=smtp.is_dot_written)
        return Outcome(result=Result.SENT, code="250", provider_id=message_id)


def _angled(address: str) -> str:
    """Return an address as a command has it.

    Raises:
        ValueError: it would end the command, or is not written in ASCII.
    """
    if PLAIN_ADDRESS.fullmatch(address):
        return f"<{address}>"
    if not address.isascii() or not address.isprintable():
        raise ValueError("not an address of e-mail")
    return smtplib.quoteaddr(address)


def _connect() -> PhasedSMTP:
    """Open, encrypt and sign in as the settings say."""
    smtp = PhasedSMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=SECONDS_TO_CONNECT)
    try:
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        smtp.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError):
        smtp.close()
        raise
    return smtp


def _answered(code: int, text: bytes | str, *, reason: str) -> Outcome:
    """Read a refusal: 5xx is for good, everything else may work later."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    is_final = code >= PERMANENT
    return Outcome(
        result=Result.REFUSED if is_final else Result.AGAIN,
        code=str(code),
        text=without_addresses(words),
        reason=reason if is_final else "",
    )


def _cut_off(error: Exception, *, is_dot_written: bool) -> Outcome:
    """Read a lost connection: before the final dot nothing was sent, after it nobody knows."""
    fault = type(error).__name__
    if is_dot_written:
        return Outcome(result=Result.UNKNOWN, code="cut_off", text=fault, reason="reply_lost")
    return Outcome(result=Result.AGAIN, code="cut_off", text=fault)
