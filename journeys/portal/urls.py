"""The addresses of the patient's pages."""

from django.urls import path

from journeys.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.unwell, name="help"),
    path("steps/<slug:code>/", views.step, name="step"),
    path("access/", views.readers, name="access"),
]
