"""The tests' settings: the project's own in test mode, with what is slow on purpose made fast."""

import os

os.environ["CARTTRACK_MODE"] = "test"

from carttrack.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Counters such as those of sign-in attempts end with the test run.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
