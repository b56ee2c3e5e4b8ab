"""Telling a watcher outside that a sweep has ended; when it hears nothing, it raises the alarm."""

import logging
from http.client import HTTPException
from urllib.request import Request, urlopen

from django.conf import settings

SECONDS = 5

logger = logging.getLogger(__name__)


def ping() -> None:
    """Ask for the watcher's address, when there is one; that it fails stops nothing here.

    The request says nothing but that it came.
    """
    if not settings.DEAD_MAN_URL:
        return
    try:
        with urlopen(Request(settings.DEAD_MAN_URL), timeout=SECONDS):  # noqa: S310
            return
    except (OSError, HTTPException, ValueError) as error:
        logger.warning("the watcher could not be told of a sweep: %s", type(error).__name__)
