"""Addresses of the coordinator's pages."""

from django.urls import path

from journeys.worklist.views import (
    activities,
    board,
    ending,
    journeys,
    keys,
    moving,
    patients,
    recording,
    saved_filters,
    today,
    undelivered,
)

app_name = "worklist"
urlpatterns = [
    path("today/", today.today, name="today"),
    path("board/", board.show_board, name="board"),
    path("filters/", saved_filters.saved_filters, name="filters"),
    path("filters/new/<slug:page>/", saved_filters.new_filter, name="filter-new"),
    path("filters/<uuid:filter_uid>/", saved_filters.edit_filter, name="filter-edit"),
    path("filters/<uuid:filter_uid>/delete/", saved_filters.remove_filter, name="filter-delete"),
    path("keys/", keys.keys, name="keys"),
    path("patients/", patients.patients, name="patients"),
    path("patients/new/", patients.new_patient, name="patient-new"),
    path("patients/<uuid:patient_uid>/", patients.patient, name="patient"),
    path("patients/<uuid:patient_uid>/contacts/", patients.contacts, name="patient-contacts"),
    path("patients/<uuid:patient_uid>/journeys/new/", journeys.start, name="journey-start"),
    path("journeys/<uuid:journey_uid>/", journeys.journey, name="journey"),
    path("journeys/<uuid:journey_uid>/end/", ending.end, name="journey-end"),
    path("journeys/<uuid:journey_uid>/complete/", ending.complete, name="journey-complete"),
    path("journeys/<uuid:journey_uid>/revisions/", journeys.revisions, name="revisions"),
    path("journeys/<uuid:journey_uid>/revisions/<int:number>/", journeys.revision, name="revision"),
    path("activities/<uuid:activity_uid>/book/", activities.book_activity, name="book"),
    path(
        "activities/<uuid:activity_uid>/cancel-booking/",
        activities.cancel_activity_booking,
        name="cancel-booking",
    ),
    path("activities/<uuid:activity_uid>/record/", recording.record_activity, name="record"),
    path("activities/<uuid:activity_uid>/close/", activities.close_activity, name="close"),
    path("activities/<uuid:activity_uid>/move/", moving.move_activity, name="move"),
    path("activities/<uuid:activity_uid>/unlock/", moving.unlock_activity, name="unlock"),
    path("undelivered/", undelivered.undelivered, name="undelivered"),
    path("undelivered/<uuid:reminder_uid>/", undelivered.decide, name="decide"),
]
