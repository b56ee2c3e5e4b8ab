"""The site's settings with django-post_office beside it, for the comparison and nothing else."""

import os

from carttrack.settings import *  # noqa: F403 - everything but what follows
from carttrack.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "post_office"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# As it comes, unless the environment asks for larger batches.
POST_OFFICE: dict[str, object] = {}
if "POST_OFFICE_BATCH" in os.environ:
    POST_OFFICE["BATCH_SIZE"] = int(os.environ["POST_OFFICE_BATCH"])
