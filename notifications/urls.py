"""The addresses of the pages of messages."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("messages/", views.inbox, name="inbox"),
    path("messages/read/", views.read, name="read"),
    path("outbox/", views.outbox, name="outbox"),
]
