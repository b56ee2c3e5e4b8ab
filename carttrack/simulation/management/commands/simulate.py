"""`manage.py simulate`: a whole centre for years on a virtual clock, in a database of its own."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carttrack.simulation.accounting import close_the_books
from carttrack.simulation.odds import ODDS
from carttrack.simulation.report import report
from carttrack.simulation.run import live
from carttrack.simulation.scratch import NoScratchDatabase, scratch_database


class Command(BaseCommand):
    """Live through the years, close the books, and fail when they do not close."""

    help = "Simulate a centre through the real services and the real ledger, and close its books."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask how many, how long, and which chance."""
        parser.add_argument("--patients", type=int, default=20, help="how many are referred")
        parser.add_argument("--years", type=int, default=3, help="how long the centre lives")
        parser.add_argument("--seed", type=int, default=1, help="the same one gives the same run")
        parser.add_argument(
            "--template", default="", help="an empty database with all tables, to save making them"
        )
        parser.add_argument("--json", action="store_true", help="print every figure as JSON")

    def handle(
        self,
        *args: Any,
        patients: int,
        years: int,
        seed: int,
        template: str,
        json: bool,
        **options: Any,
    ) -> None:
        """Refuse in production: its database server has better things to do."""
        if settings.PRODUCTION:
            raise CommandError("simulate makes up patients; run it with CARTTRACK_MODE=test.")
        if patients < 1 or years < 1:
            raise CommandError("simulate needs at least one patient and one year.")
        figures = self._figures(patients=patients, years=years, seed=seed, template=template)
        self._print(figures, as_json=json)
        if not figures["reminders"]["closes"]:
            self.stderr.write("The books do not close.")
            sys.exit(1)

    def _figures(self, *, patients: int, years: int, seed: int, template: str) -> dict[str, Any]:
        try:
            with scratch_database(template=template):
                lived = live(patients=patients, years=years, seed=seed, odds=ODDS)
                figures = report(lived, close_the_books(lived))
        except NoScratchDatabase as error:
            raise CommandError(f"No database could be made for the run: {error}") from error
        return {"seed": seed, "years": years, **figures}

    def _print(self, figures: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(figures, indent=2))
            return
        for title, content in figures.items():
            lines = content.items() if isinstance(content, dict) else [("", content)]
            self.stdout.write(title)
            for name, value in lines:
                self.stdout.write(f"  {name:<32} {value}")
