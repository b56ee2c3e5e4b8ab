"""The CAR T patient-journey tracker: wiring, people, audit and page components."""

from carttrack.active import keep_in_context
from carttrack.celery import app as celery_app

__all__ = ["celery_app"]

keep_in_context()
