"""The demonstration is made by the real services, relative to today, never in production."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from carttrack.accounts.models import Centre
from carttrack.audit.selectors import verify_all
from carttrack.demo.cohort import read_centres, read_cohort
from carttrack.demo.run import load_cohort
from journeys.followup.models import Visit
from journeys.planning.models import Activity, Appointment, Journey
from notifications.models import Reminder

PEOPLE = """
defaults: {centre: ravensholm, protocol: car-t-standard}
patients:
  - {name: Astrid Lindmark, born: 1958-03-14, referred: 3, shown: true}
  - {name: Per Lantz, born: 1964-12-01, referred: 60,
      story: {late: {product_received: 12}}}
  - {name: Rut Almgren, born: 1957-05-19, referred: 45,
      story: {ends: {after: leukapheresis, days: 9, reason: progression, note: Rapid growth}}}
  - {name: Gunilla Hagström, born: 1948-08-15, referred: 171, story: {locked: {infusion: 2}}}
"""


@pytest.fixture
def loaded(transactional_db, settings, tmp_path):
    """Live through the days of four people."""
    folder = settings.FIXTURES_DIR / "demo"
    (tmp_path / "centres.yaml").write_bytes((folder / "centres.yaml").read_bytes())
    (tmp_path / "cohort.yaml").write_text(PEOPLE, "utf-8")
    call_command("publish_protocols", stdout=StringIO())
    load_cohort(folder=tmp_path, now=timezone.now())
    return {journey.patient.family_name: journey for journey in Journey.objects.all()}


@pytest.mark.feature(114)
def test_stories_become_journeys_with_genuine_traces(loaded):
    followed, late = loaded["Hagström"], loaded["Lantz"]

    assert followed.activities.filter(code="year").count() == 15
    assert Visit.objects.filter(activity__journey=followed, activity__code="return_visit").exists()
    assert late.revisions.filter(kind="moved", reason="product_late").count() == 1
    assert followed.revisions.filter(kind="moved").count() == 1
    assert (loaded["Almgren"].status, loaded["Almgren"].end_reason) == ("ended", "progression")
    assert loaded["Lindmark"].activities.filter(state="done").count() == 1
    assert Appointment.objects.exists()
    assert Reminder.objects.filter(state="sent").exists()
    assert not Activity.objects.filter(happened_on__gt=timezone.localdate()).exists()
    assert not verify_all().breaks


def test_the_shipped_files_can_be_read(settings):
    folder = settings.FIXTURES_DIR / "demo"

    people = read_cohort(folder)

    centres = {centre.details["code"] for centre in read_centres(folder)}
    assert len(people) == 40
    assert {person.centre for person in people} == centres
    assert len({person.email for person in people if person.reachable}) >= 39
    assert all(person.email.endswith(".invalid") for person in people if person.reachable)


def test_production_refuses_to_make_up_patients(db, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="demo"):
        call_command("load_demo", stdout=StringIO())

    assert not Centre.objects.exists()


def test_a_database_with_a_centre_is_left_alone(db):
    Centre.objects.create(
        code="real",
        name="Real",
        short_name="Real",
        phone="+46 8 465 004 12",
        time_zone="Europe/Stockholm",
        country="SE",
        region="eu",
    )

    with pytest.raises(CommandError, match="--fresh"):
        call_command("load_demo", stdout=StringIO())

    assert Centre.objects.count() == 1
