"""Send what is due from the command line, for a machine whose broker or workers are down."""

import json
import os
import socket
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.services import sweep


class Command(BaseCommand):
    """Run one sweep; it may run beside any other."""

    help = "Send every message that is due now, and print what became of them as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once by the clock."""
        worker = f"{socket.gethostname()}:{os.getpid()}:command"
        result = sweep(now=timezone.now(), worker=worker)
        self.stdout.write(json.dumps(asdict(result)))
