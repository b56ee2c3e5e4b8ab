"""The clock that wakes the workers, and does the work itself while nobody can be woken."""

import logging
from typing import Any

from celery.beat import PersistentScheduler, SchedulingError
from django.db import Error, close_old_connections

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Celery's scheduler; a task that the broker does not take runs here, so that none is missed.

    What the schedule holds may run twice and at any time, so nothing is lost by it; the other tasks
    of the schedule wait meanwhile.
    """

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Send a task that is due, or run it."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            logger.warning("%s runs here, for it could not be sent: %s", entry.name, error)
            self._run(entry)

    def _run(self, entry: Any) -> None:
        """Run a task in this process; a database that is away too is asked again next time."""
        close_old_connections()
        try:
            self.app.tasks[entry.task].run(*entry.args, **entry.kwargs)
        except Error:
            logger.exception("%s could not run", entry.name)

    def _ensure_connected(self) -> Any:
        """Wait for no broker; each sending tries to reach it."""
        return self.connection
