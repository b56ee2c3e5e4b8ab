"""The site's Celery with the quick clockwork and a beat each second instead of each minute."""

import django

from carttrack.celery import app

django.setup()

from tests.faults import clockwork  # noqa: E402 - it reaches for what only a set-up site has

app.conf.beat_schedule = {
    "sweep-reminders": {
        "task": "notifications.tasks.sweep_reminders",
        "schedule": 1.0,
        "options": {"expires": 60},
    }
}
clockwork.wind()
