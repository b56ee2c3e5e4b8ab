"""The site's settings, with the floor's address beside the site's own and queries counted."""

from carttrack.settings import *  # noqa: F403 - everything but what follows
from carttrack.settings import BASE_DIR, MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "bench.floor"
MIDDLEWARE = ["bench.floor.counting", *MIDDLEWARE]
TEMPLATES = [{**TEMPLATES[0], "DIRS": [BASE_DIR / "templates", BASE_DIR / "bench"]}]
# Plain names, so that no front end has to be built before something is timed.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
