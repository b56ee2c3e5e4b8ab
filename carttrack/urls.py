"""Every address of the site."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("my/", include("journeys.portal.urls")),
    path("visits/", include("journeys.followup.urls")),
    path("capacity/", include("journeys.capacity.urls")),
    path("protocols/", include("journeys.authoring.urls")),
    path("", include("journeys.worklist.urls")),
    path("", include("carttrack.accounts.urls")),
    path("", include("notifications.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("", include("carttrack.demo.urls")))
if not settings.PRODUCTION:
    urlpatterns += [path("ui/", include("carttrack.ui.urls"))]
