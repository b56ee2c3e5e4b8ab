"""The read log: a row for each patient whom somebody saw."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import resolve

from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from carttrack.audit.labels import READ_HOW_LABELS
from carttrack.audit.models import ReadEntry
from carttrack.audit.selectors import reads_of
from carttrack.audit.services import logging_read
from tests.accounts.factories import CentreFactory, UserFactory
from tests.patients.factories import PatientFactory

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.feature(107)
def test_a_view_notes_each_patient_it_shows_with_page_and_manner(rf):
    user, centre = UserFactory(), CentreFactory()
    anna, bo = PatientFactory.create_batch(2)
    request = rf.get("/")
    request.user, request.resolver_match = user, resolve("/")

    reads.log(request, [anna, bo], how=ReadHow.LIST, centre=centre)

    (entry,) = reads_of(anna.uid)
    assert (entry.reader, entry.page, entry.how, entry.centre) == (user, "home", "list", centre)
    assert reads_of(bo.uid).count() == 1


@pytest.mark.django_db
def test_a_list_is_noted_in_one_statement(django_assert_num_queries):
    user, patients = UserFactory(), PatientFactory.create_batch(30)

    noting = logging_read(
        reader=user,
        patient_uids=[patient.uid for patient in patients],
        page="worklist:patients",
        how=ReadHow.LIST,
        now=NOW,
    )

    with django_assert_num_queries(1), noting:
        pass

    assert ReadEntry.objects.count() == 30


@pytest.mark.django_db
def test_a_patient_twice_on_one_page_is_one_read_and_an_empty_page_is_none():
    user, patient = UserFactory(), PatientFactory()
    arguments = {"reader": user, "page": "x", "how": ReadHow.VIEW, "now": NOW}

    with logging_read(patient_uids=[patient.uid, patient.uid], **arguments):
        pass
    with logging_read(patient_uids=[], **arguments):
        pass

    assert ReadEntry.objects.count() == reads_of(patient.uid).count() == 1


def test_a_visitor_never_reads_a_patient(rf):
    request = rf.get("/")
    request.user = AnonymousUser()

    with pytest.raises(TypeError, match="signed in"):
        reads.log(request, [])


def test_every_way_of_reading_has_a_word():
    assert set(READ_HOW_LABELS) == set(ReadHow)
