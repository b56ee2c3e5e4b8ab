"""The Celery application; what is due is decided in the database, not here."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carttrack.settings")

app = Celery("carttrack")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
