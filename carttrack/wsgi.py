"""The WSGI entry point.

What is loaded by now stays for as long as the process lives, and a page makes many small objects
that die with it: the collector leaves the first alone and looks through the second less often.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carttrack.settings")

application = get_wsgi_application()

gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
