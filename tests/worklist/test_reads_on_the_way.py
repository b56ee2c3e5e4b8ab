"""A page of patients is drawn while its read is noted, and shown to nobody before that."""

import pytest
from django.db import DatabaseError
from django.urls import reverse

from carttrack.audit import services
from carttrack.audit.models import ReadEntry
from carttrack.prepared import Statement

pytestmark = pytest.mark.django_db(transaction=True)

ONTO_NOTHING = Statement("INSERT INTO audit_readentry (page) VALUES (%(page)s)")


@pytest.fixture(params=["patients", "board", "journey", "patient"])
def page(request, journey):
    """The address of a page on which the journey's patient stands."""
    of = {"journey": [journey.uid], "patient": [journey.patient.uid]}
    return reverse(f"worklist:{request.param}", args=of.get(request.param))


def test_each_page_notes_the_patients_on_it(desk, journey, page):
    shown = desk.get(page)

    assert journey.patient.family_name in shown.text
    assert {entry.patient_uid for entry in ReadEntry.objects.all()} == {journey.patient.uid}


def test_a_page_whose_read_cannot_be_kept_is_not_shown(desk, page, monkeypatch):
    monkeypatch.setattr(services, "LOG_READ", ONTO_NOTHING)

    with pytest.raises(DatabaseError):
        desk.get(page)
