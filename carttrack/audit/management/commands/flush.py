"""manage.py flush, kept from emptying a hospital's tables."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush


class Command(flush.Command):
    """Django's flush for the tests' own database, and for no other.

    Clinical rows and the records about them are kept by triggers that refuse TRUNCATE. The test
    runner needs to empty its tables between tests that commit, so the triggers step aside for it.
    """

    def handle(self, **options: Any) -> None:
        """Empty every table in test mode.

        Raises:
            CommandError: this is not a test.
        """
        if settings.MODE != "test":
            raise CommandError("Clinical records are kept: flush works in test mode only.")
        with pgtrigger.ignore():
            super().handle(**options)
