"""The addresses of the pages of messages."""

from django.urls import path

from notifications import views, webhooks

app_name = "notifications"
urlpatterns = [
    path("messages/", views.inbox, name="inbox"),
    path("messages/read/", views.read, name="read"),
    path("messages/digest/", views.digest, name="digest"),
    path("messages/<uuid:message_uid>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("letters/<uuid:key>/", views.letters, name="letters"),
    path("outbox/", views.outbox, name="outbox"),
    path("receipts/email/", webhooks.email_receipts, name="email-receipts"),
    path(
        "receipts/<slug:gateway>/<uuid:message>/<slug:token>/",
        webhooks.sms_receipt,
        name="sms-receipt",
    ),
]
