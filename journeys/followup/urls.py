"""The addresses of follow-up."""

from django.urls import path

from journeys.followup.views import correction, due, record, visit

app_name = "followup"
urlpatterns = [
    path("", due.due, name="due"),
    path("<uuid:activity_uid>/record/", record.record, name="record"),
    path("records/<uuid:visit_uid>/", visit.visit, name="visit"),
    path("records/<uuid:visit_uid>/correct/", correction.correct, name="correct"),
]
