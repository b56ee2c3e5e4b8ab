"""`manage.py hold_sending`: let nothing be sent until a person releases it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.domain.sending import Held
from notifications.services import hold_sending


class Command(BaseCommand):
    """Hold all sending; what is on the wire at this moment is not called back."""

    help = "Let nothing be sent until `release_sending`; for a copied disk, or an emergency."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who decided; it goes into the history."""
        parser.add_argument("--by", required=True, help="who decided")

    def handle(self, *args: Any, by: str, **options: Any) -> None:
        """Hold it."""
        hold_sending(because=Held.PERSON, by=by, now=timezone.now())
        self.stdout.write("Nothing is sent until it is released.")
