"""`manage.py release_sending`: let this database send, after a person has made sure."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.selectors.health import held_now
from notifications.services import release_sending


class Command(BaseCommand):
    """Release what is held: a copy of a database, a clock that leapt, or a person's hold."""

    help = (
        "Let this database send. Make sure first that its original sends no more: "
        "what both call owed would be sent twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who decided and why; both go into the history."""
        parser.add_argument("--by", required=True, help="who decided")
        parser.add_argument("--note", default="", help="why it is safe")

    def handle(self, *args: Any, by: str, note: str, **options: Any) -> None:
        """Release it and say what it was held for."""
        held = held_now()
        if held is None:
            self.stdout.write("Nothing is held.")
            return
        release_sending(by=by, now=timezone.now(), note=note)
        self.stdout.write(f"Released; it was held because of: {held}.")
