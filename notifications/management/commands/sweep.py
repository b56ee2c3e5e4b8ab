"""Send what is due from the command line, for a machine whose broker or workers are down."""

import json
import os
import signal
import socket
from dataclasses import asdict
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from carttrack.clock import database_now
from notifications.services import sweep


class Command(BaseCommand):
    """Run one sweep; it may run beside any other."""

    help = "Send every message that is due now, and print what became of them as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once by the clock; when asked to stop, end after the message at hand."""
        leaving = Event()
        before = signal.signal(signal.SIGTERM, lambda _number, _frame: leaving.set())
        worker = f"{socket.gethostname()}:{os.getpid()}:command"
        try:
            result = sweep(now=database_now(), worker=worker, has_to_end=leaving.is_set)
        finally:
            signal.signal(signal.SIGTERM, before)
        self.stdout.write(json.dumps(asdict(result)))
