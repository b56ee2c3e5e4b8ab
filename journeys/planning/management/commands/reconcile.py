"""`manage.py reconcile`: the proof that no message has gone astray."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from carttrack.accounts.models import Centre
from journeys.planning.services import prove
from journeys.planning.workspace import centre_today
from notifications.domain.proof import Proof

WIDTH = 13


class Command(BaseCommand):
    """Prove it now, for every centre or one, for every day or one; nothing is changed."""

    help = "Prove that every message is accounted for. The exit status is 1 when it does not close."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the centre, the day and the form."""
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument("--centre", metavar="CODE", help="default: every centre")
        parser.add_argument(
            "--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="sent on this local day"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the proof.

        Raises:
            CommandError: no such centre.
            SystemExit: it does not close.
        """
        now, day = timezone.now(), options["day"]
        proof = Proof()
        for centre in _centres(options["centre"]):
            today = centre_today(centre, now=now)
            proof.add(prove(centre=centre, now=now, today=today, day=day))
        if options["json"]:
            self.stdout.write(json.dumps(_document(proof, day), indent=2))
        else:
            self._print(proof)
        if not proof.closes:
            raise SystemExit(1)

    def _print(self, proof: Proof) -> None:
        """Print a table by rule, and what does not add up."""
        total = proof.counts()
        self.stdout.write(" " * 44 + "".join(f"{name:>{WIDTH}}" for name in total))
        for rule, counts in [*proof.by_rule().items(), (_("all"), total)]:
            self.stdout.write(
                f"{rule:<44}" + "".join(f"{number:>{WIDTH}}" for number in counts.values())
            )
        for one in proof.listed:
            found = one.as_json()
            self.stdout.write(" ".join(f"{key}={value}" for key, value in found.items() if value))
        closes = _("It closes.") if proof.closes else _("It does not close.")
        self.stdout.write(closes)


def _centres(code: str | None) -> list[Centre]:
    centres = list(Centre.objects.filter(**({"code": code} if code else {})).order_by("pk"))
    if code and not centres:
        raise CommandError(f"there is no centre {code}")
    return centres


def _document(proof: Proof, day: date | None) -> dict[str, Any]:
    """Return the proof as JSON keeps it."""
    return {
        "day": day.isoformat() if day else None,
        "closes": proof.closes,
        "reminders": proof.counts(),
        "by_rule": proof.by_rule(),
        "journeys": {
            "checked": proof.journeys,
            "wanted": proof.wanted,
            "not_closing": {
                str(journey): len(found) for journey, found in proof.by_journey().items()
            },
        },
        "unaccounted": [one.as_json() for one in proof.listed],
    }
