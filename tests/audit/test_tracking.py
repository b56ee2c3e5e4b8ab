"""The net: no way of writing gets past it."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from pghistory.models import Context

from carttrack.audit.middleware import TraceMiddleware
from carttrack.audit.trace import current_trace, reading, writing
from journeys.patients.models import Patient
from tests.accounts.factories import UserFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db

PatientEvent = apps.get_model("patients", "PatientEvent")


def by_save(patient):
    patient.contact_name = "Bo"
    patient.save(update_fields=["contact_name"])


def by_update(patient):
    Patient.objects.filter(pk=patient.pk).update(contact_name="Bo")


def by_bulk_update(patient):
    patient.contact_name = "Bo"
    Patient.objects.bulk_update([patient], ["contact_name"])


def by_sql(patient):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET contact_name = 'Bo'")


@pytest.mark.parametrize("write", [by_save, by_update, by_bulk_update, by_sql])
@pytest.mark.feature(106)
def test_every_way_of_changing_a_row_leaves_its_version(write):
    patient = PatientFactory()

    write(patient)

    versions = PatientEvent.objects.filter(pgh_obj=patient).order_by("pgh_id")
    assert [(v.pgh_label, v.contact_name) for v in versions] == [("insert", ""), ("update", "Bo")]


@pytest.mark.feature(106)
def test_many_rows_written_at_once_leave_a_version_each():
    Patient.objects.bulk_create(PatientFactory.build_batch(20))

    assert PatientEvent.objects.filter(pgh_label="insert").count() == 20


def test_an_update_that_changes_nothing_leaves_no_version():
    patient = PatientFactory()

    Patient.objects.filter(pk=patient.pk).update(contact_name="")

    assert PatientEvent.objects.filter(pgh_obj=patient).count() == 1


@pytest.mark.parametrize("sql", ["UPDATE {} SET language = 'sv'", "DELETE FROM {}", "TRUNCATE {}"])
def test_versions_are_never_changed_or_removed(sql):
    PatientFactory()

    with (
        pytest.raises(DatabaseError, match="are kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format("patients_patientevent"))


def test_a_version_carries_who_wrote_it_in_which_request():
    with writing(actor="system:import") as trace:
        patient = PatientFactory()

    version = PatientEvent.objects.get(pgh_obj=patient)
    assert version.pgh_context.metadata == {"actor": "system:import", "request": str(trace)}


def test_stamping_costs_no_query_of_its_own(django_assert_num_queries):
    patient = PatientFactory()

    with writing(actor="system:import"), django_assert_num_queries(2):
        Patient.objects.get(pk=patient.pk)
        by_update(patient)


def test_a_request_that_writes_is_stamped_with_its_person(rf):
    user = UserFactory()
    request = rf.post("/")
    request.user = user

    TraceMiddleware(lambda _request: HttpResponse(str(PatientFactory().pk)))(request)

    assert Context.objects.get().metadata["actor"] == str(user.uid)
    assert current_trace() is None


def test_a_request_that_only_reads_has_an_id_and_touches_nothing(rf, django_assert_num_queries):
    request = rf.get("/")
    seen = []

    def answer(_request):
        seen.append(current_trace())
        return HttpResponse()

    with django_assert_num_queries(0):
        TraceMiddleware(answer)(request)

    assert seen[0] is not None


def test_each_request_has_its_own_id():
    with reading() as first:
        pass
    with reading() as second:
        assert current_trace() == second

    assert first != second
