"""manage.py verify_audit: prove that no history entry was changed, removed or inserted."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from carttrack.audit.selectors import Verification, verify_all


class Command(BaseCommand):
    """Walk along every chain of the history and name each place where it does not hold."""

    help = "Check the hash chains of the history."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer machine-readable output."""
        parser.add_argument("--json", action="store_true", help="Print the findings as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; a broken chain ends with an error."""
        found = verify_all()
        if options["json"]:
            self.stdout.write(_as_json(found))
        else:
            self.stdout.write(f"{found.entries} entries in {found.chains} chains")
            for place in found.breaks:
                self.stdout.write(f"{place.chain} entry {place.number}: {place.problem}")
        if not found.is_whole:
            raise CommandError(f"The history does not hold in {len(found.breaks)} places.")


def _as_json(found: Verification) -> str:
    return json.dumps({"whole": found.is_whole, **asdict(found)}, indent=2)
