"""Addresses of the protocol editor."""

from django.urls import path

from journeys.authoring.views import activities, drafts, migrating, parts, protocols, texts

app_name = "authoring"
VERSION = "<slug:code>/<int:number>"
DRAFT = "drafts/<uuid:draft_uid>"
urlpatterns = [
    path("", protocols.protocols, name="protocols"),
    path("messages/", texts.texts, name="texts"),
    path(f"{VERSION}/", protocols.version, name="version"),
    path(f"{VERSION}/copy/", protocols.copy, name="copy"),
    path(f"{VERSION}/migrate/", migrating.migrate, name="migrate"),
    path("<slug:code>/compare/", protocols.compare, name="compare"),
    path(f"{DRAFT}/", drafts.draft, name="draft"),
    path(f"{DRAFT}/changes/", drafts.changes, name="changes"),
    path(f"{DRAFT}/try/", drafts.trial, name="trial"),
    path(f"{DRAFT}/undo/", drafts.undo, name="undo"),
    path(f"{DRAFT}/publish/", drafts.publish, name="publish"),
    path(f"{DRAFT}/discard/", drafts.discard, name="discard"),
    path(f"{DRAFT}/protocol/", parts.whole, name="whole"),
    path(f"{DRAFT}/stages/<slug:code>/", parts.stage, name="stage"),
    path(f"{DRAFT}/limits/new/", parts.new_constraint, name="constraint-new"),
    path(f"{DRAFT}/limits/<int:place>/", parts.constraint, name="constraint"),
    path(f"{DRAFT}/limits/<int:place>/remove/", parts.remove_constraint, name="constraint-remove"),
    path(f"{DRAFT}/activities/", activities.new_activity, name="activity-new"),
    path(f"{DRAFT}/activities/<slug:code>/", activities.activity, name="activity"),
    path(
        f"{DRAFT}/activities/<slug:code>/remove/",
        activities.remove_activity,
        name="activity-remove",
    ),
]
