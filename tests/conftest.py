"""The outside world of the tests: a mail server, Redis and a browser, all real."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NoReturn

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.faults.table import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]  # prints what became of the messages of each fault

NEEDS = {"browser": "browser", "redis_url": "redis"}  # fixture -> marker
REQUIRED = os.environ.get("CARTTRACK_REQUIRE", "").split()
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-sync",
]

# A runner in the background is started with Ctrl-C ignored, and so would be all that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Whoever develops explores new examples in each run; what decides about landing repeats itself.
hypothesis_settings.register_profile("landing", derandomize=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("landing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they need, so that `-m browser` finds them."""
    for item in items:
        for fixture, marker in NEEDS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


def do_without(what: str, reason: str) -> NoReturn:
    """Skip a test for want of something, or fail it where that must be there."""
    if what in REQUIRED:
        pytest.fail(f"{reason}, and CARTTRACK_REQUIRE asks for {what}.", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Return a function that finds a port nobody listens on."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@dataclass
class SmtpSink:
    """A mail server that keeps what it is given; `refuse` makes it answer something else."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse: Callable[[str], str | None] = lambda _address: None

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        answer = self.refuse(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, EmailMessage, policy=policy.SMTP))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 accepted"


@pytest.fixture
def smtp_sink(settings: Any, free_port: Callable[[], int]) -> Iterator[SmtpSink]:
    """Run a real SMTP server and point the settings at it."""
    sink = SmtpSink(port=free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    controller.stop()


@pytest.fixture(scope="session")
def redis_url(
    free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Run a real Redis of our own and return its address."""
    program = shutil.which("redis-server")
    if program is None:
        do_without("redis", "no redis-server on this machine")
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    with subprocess.Popen(
        [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    ) as server:
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


def wait_for_port(port: int, *, seconds: float = 30) -> None:
    """Wait until somebody listens on a port of this machine."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"Nothing listens on port {port} after {seconds} seconds.")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run a real Chromium for the tests of one module.

    Playwright keeps an event loop in this thread, which Django takes for asynchronous code; that
    is allowed as long as the browser lives and no longer.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        do_without("browser", "no Chromium on this machine")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a browser profile of its own.

    The test fails when a page logs an error or asks another host for anything. Keywords go to
    Playwright's `new_context`, for example `viewport` or `java_script_enabled`.
    """
    contexts, complaints = [], []

    def on_console(message: ConsoleMessage) -> None:
        # A form with mistakes in it is answered with 422, which Chromium logs.
        if message.type == "error" and "status of 422" not in message.text:
            complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def on_request(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:", "about:")):
            complaints.append(f"request to another host: {request.url}")

    def open_page(**options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        page.on("request", on_request)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Open one page."""
    return new_page()


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the project's folder."""
    return Path(__file__).resolve().parent.parent
