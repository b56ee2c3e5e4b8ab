"""The history: one chained entry per use-case, which nobody can change unseen."""

import json
import threading
from datetime import UTC, date, datetime
from io import StringIO
from uuid import uuid4

import pgtrigger
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from carttrack.audit.models import HistoryEntry
from carttrack.audit.selectors import history_of, verify_all, verify_chain
from carttrack.audit.services import OutsideTransaction, record
from carttrack.audit.trace import writing
from tests.accounts.factories import CentreFactory, UserFactory
from tests.patients.factories import PatientFactory

NOW = datetime(2026, 3, 3, 9, 30, 0, 123456, tzinfo=UTC)


def note(patient_uid=None, **changes):
    """Record a valid entry, with the changes a test is about."""
    arguments = {"actor": "system:test", "action": "thing.done", "now": NOW}
    with transaction.atomic():
        return record(patient_uid=patient_uid, **(arguments | changes))


def unguarded(sql, *params):
    """Do what only the owner of the database could: step around the triggers."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.django_db
def test_an_entry_tells_who_for_whom_where_why_and_what_changed():
    user, centre, patient = UserFactory(name="Anna Ek"), CentreFactory(), PatientFactory()

    with writing(actor=str(user.uid)) as trace:
        note(
            patient.uid,
            actor=user,
            subject=patient,
            centre=centre,
            before={"on": date(2026, 3, 1)},
            after={"on": date(2026, 3, 2)},
            reason="bed",
            note="No bed.",
        )

    (entry,) = history_of(patient.uid)
    assert (entry.actor, entry.actor_label, entry.centre) == (user, "Anna Ek", centre)
    assert (entry.subject_type, entry.subject_uid) == ("patients.patient", patient.uid)
    assert (entry.before, entry.after) == ({"on": "2026-03-01"}, {"on": "2026-03-02"})
    assert (entry.reason, entry.note, entry.request_id) == ("bed", "No bed.", trace)
    assert entry.at == NOW


@pytest.mark.django_db
def test_a_job_signs_with_its_own_name():
    entry = note(actor="system:sweep")

    assert (entry.actor, entry.actor_label) == (None, "system:sweep")


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(OutsideTransaction, match="thing"):
        record(actor="system:test", action="thing.done", patient_uid=None, now=NOW)


class Refused(Exception):
    """What a use-case raises after it has written its entry."""


@transaction.atomic
def write_and_refuse():
    note(uuid4())
    raise Refused


@pytest.mark.django_db
def test_the_entry_goes_when_the_use_case_is_undone():
    with pytest.raises(Refused):
        write_and_refuse()

    assert not HistoryEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.feature(108)
def test_each_patient_has_a_chain_and_every_chain_holds():
    anna, bo = uuid4(), uuid4()
    for patient in (anna, bo, anna, None, anna):
        note(patient, after={"text": "blå ärta • 14:00", "number": 1.5, "list": [None, True]})

    found = verify_all()

    assert (found.entries, found.chains, found.breaks) == (5, 3, ())
    assert [entry.number for entry in history_of(anna)] == [3, 2, 1]
    assert verify_chain(anna).entries == 3


TAMPERING = {
    "changed": "UPDATE audit_historyentry SET note = 'other' WHERE chain = %s AND number = 2",
    "backdated": "UPDATE audit_historyentry SET at = at - interval '1 day'"
    " WHERE chain = %s AND number = 2",
    "removed": "DELETE FROM audit_historyentry WHERE chain = %s AND number = 2",
    "first removed": "DELETE FROM audit_historyentry WHERE chain = %s AND number = 1",
    "reordered": "UPDATE audit_historyentry SET number = CASE number WHEN 2 THEN 30 ELSE 2 END"
    " WHERE chain = %s AND number IN (2, 3)",
    "given to another": "UPDATE audit_historyentry SET patient_uid = gen_random_uuid()"
    " WHERE chain = %s AND number = 3",
}


@pytest.mark.parametrize("sql", TAMPERING.values(), ids=TAMPERING)
@pytest.mark.django_db
@pytest.mark.feature(108)
def test_tampering_breaks_the_chain_where_it_was_done(sql):
    patient, other = uuid4(), uuid4()
    for _entry in range(3):
        note(patient)
    note(other)

    unguarded(sql, str(patient))

    assert {place.chain for place in verify_all().breaks} == {str(patient)}


@pytest.mark.django_db
def test_the_command_reports_a_whole_history_and_fails_on_a_broken_one():
    patient = uuid4()
    note(patient)
    whole = StringIO()
    call_command("verify_audit", "--json", stdout=whole)
    assert json.loads(whole.getvalue()) == {"whole": True, "entries": 1, "chains": 1, "breaks": []}

    unguarded("UPDATE audit_historyentry SET action = 'nothing'")
    broken = StringIO()
    with pytest.raises(CommandError, match="1 place"):
        call_command("verify_audit", stdout=broken)

    assert f"{patient} entry 1: was changed" in broken.getvalue()


@pytest.mark.parametrize("table", ["audit_historyentry", "audit_readentry"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.django_db
def test_the_database_refuses_to_change_or_empty_the_records(table, sql):
    with (
        pytest.raises(DatabaseError, match="are kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(table))


@pytest.mark.django_db(transaction=True)
def test_entries_written_at_the_same_moment_still_form_one_chain():
    patient = uuid4()
    start = threading.Barrier(4)

    def write():
        try:
            start.wait()
            for _entry in range(5):
                note(patient)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = verify_chain(patient)
    assert (found.entries, found.breaks) == (20, ())


def test_flush_is_refused_outside_tests(settings):
    settings.MODE = "production"

    with pytest.raises(CommandError, match="test mode only"):
        call_command("flush", interactive=False)
