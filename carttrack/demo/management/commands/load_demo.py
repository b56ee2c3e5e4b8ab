"""`manage.py load_demo`: fill an empty database with the demonstration centre."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from carttrack.accounts.models import Centre, User
from carttrack.audit.models import HistoryEntry
from carttrack.audit.services import record
from carttrack.demo.capacity import seed_capacity
from carttrack.demo.cohort import SHOWN_DOMAIN
from carttrack.demo.run import load_cohort

LOADED = "demo.loaded"


class Command(BaseCommand):
    """Load once; running it again only prints the sign-ins."""

    help = "Load about forty invented patients, every date relative to today (demo mode only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let the person start over."""
        parser.add_argument(
            "--fresh", action="store_true", help="empty the database first, then load anew"
        )

    def handle(self, *args: Any, fresh: bool, **options: Any) -> None:
        """Refuse outside demo mode and beside real data."""
        if settings.PRODUCTION:
            raise CommandError("load_demo makes up patients; run it with CARTTRACK_MODE=demo only.")
        if fresh:
            self._empty()
        if not HistoryEntry.objects.filter(action=LOADED).exists():
            self._load()
        self._print_people()

    def _load(self) -> None:
        if Centre.objects.exists():
            raise CommandError(
                "The database has a centre, but no complete demonstration. "
                "Start over with `manage.py load_demo --fresh`."
            )
        self.stdout.write("Living through the demonstration's years; this takes a minute ...")
        with connection.cursor() as cursor:  # invented days may be lived again; speed matters more
            cursor.execute("SET synchronous_commit TO off")
        now = timezone.now()
        count = load_cohort(folder=settings.FIXTURES_DIR / "demo", now=now)
        seed_capacity(now=now)
        with transaction.atomic():
            record(actor="system:demo", action=LOADED, patient_uid=None, now=now)
        self.stdout.write(f"{count} invented patients are in the database.")

    def _empty(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", verbosity=0)
        call_command("publish_protocols", stdout=self.stdout)

    def _print_people(self) -> None:
        people = User.objects.filter(email__endswith=f"@{SHOWN_DOMAIN}").order_by("pk")
        self.stdout.write("Sign in with one click on the first page, for example as:")
        seen: set[str] = set()
        for user in people.prefetch_related("memberships").select_related("patient"):
            membership = next(iter(user.memberships.all()), None)
            role = membership.role if membership else "patient"
            if role not in seen:
                seen.add(role)
                self.stdout.write(f"  {role:<14} {user.name}")
