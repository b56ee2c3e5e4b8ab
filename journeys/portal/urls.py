"""The addresses of the patient's pages."""

from django.urls import path

from journeys.portal.views import appointments, pages, preferences

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("help/", pages.unwell, name="help"),
    path("steps/<slug:code>/", pages.step, name="step"),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/<uuid:appointment_uid>/", appointments.appointment, name="appointment"),
    path(
        "appointments/<uuid:appointment_uid>/confirm/",
        appointments.confirm,
        name="appointment-confirm",
    ),
    path(
        "appointments/<uuid:appointment_uid>/other-time/",
        appointments.other_time,
        name="appointment-other-time",
    ),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/<slug:channel>/", preferences.ask_code, name="ask-code"),
    path("preferences/<slug:channel>/code/", preferences.code, name="code"),
    path("access/", pages.readers, name="access"),
]
