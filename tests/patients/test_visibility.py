"""The one rule: who sees which patient, in lists as on pages."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carttrack.accounts.domain import CLINICAL_ROLES, Role
from carttrack.accounts.models import reader_key
from carttrack.prepared import READER, prepared
from journeys.patients.domain import CareRole
from journeys.patients.models import Patient
from tests.accounts.factories import CentreFactory, MembershipFactory, UserFactory
from tests.patients.factories import CareRelationFactory, PatientFactory

pytestmark = pytest.mark.django_db

ZONE = "Europe/Stockholm"


@prepared
def visible(*, in_order):
    return Patient.objects.visible_to(READER, in_order=in_order).values_list("pk")


def today():
    return timezone.localdate(timezone=ZoneInfo(ZONE))


def sees(user, patient):
    """Ask as a page does and as a prepared list does: the rule is one."""
    seen = Patient.objects.visible_to(user).filter(uid=patient.uid).exists()
    for in_order in (False, True):
        listed = visible(in_order=in_order).rows(reader=reader_key(user))
        assert ((patient.pk,) in listed) is seen
    return seen


@pytest.mark.parametrize("role", Role)
@pytest.mark.feature(113)
def test_clinical_roles_see_the_patients_of_their_centre_and_administrators_see_none(role):
    care = CareRelationFactory()
    member = MembershipFactory(centre=care.centre, role=role).user

    assert sees(member, care.patient) is (role in CLINICAL_ROLES)


@pytest.mark.parametrize("part", CareRole)
@pytest.mark.feature(90)
def test_each_centre_that_cares_for_a_patient_sees_them(part):
    care = CareRelationFactory(role=part)
    member = MembershipFactory(centre=care.centre).user

    assert sees(member, care.patient)


def test_another_centre_sees_nothing():
    care = CareRelationFactory()
    stranger = MembershipFactory().user

    assert not sees(stranger, care.patient)


def test_patients_see_themselves_and_nobody_else():
    anna, bo = PatientFactory.create_batch(2, with_sign_in=True)

    assert sees(anna.user, anna)
    assert not sees(anna.user, bo)


@pytest.mark.parametrize("ended", ["membership", "care", "account", "role_elsewhere"])
def test_what_has_ended_opens_nothing(ended):
    centre = CentreFactory(time_zone=ZONE)
    yesterday = today() - timedelta(days=1)
    care = CareRelationFactory(centre=centre, until_on=yesterday if ended == "care" else None)
    member = MembershipFactory(
        centre=CentreFactory() if ended == "role_elsewhere" else centre,
        until_on=yesterday if ended == "membership" else None,
        user__is_active=ended != "account",
    ).user

    assert not sees(member, care.patient)


def test_the_last_day_still_opens_and_the_day_before_the_first_does_not():
    centre = CentreFactory(time_zone=ZONE)
    last_day = CareRelationFactory(centre=centre, until_on=today())
    not_yet = CareRelationFactory(centre=centre, from_on=today() + timedelta(days=1))
    member = MembershipFactory(centre=centre).user

    assert sees(member, last_day.patient)
    assert not sees(member, not_yet.patient)


def test_a_visitor_sees_nobody():
    care = CareRelationFactory()

    assert not sees(AnonymousUser(), care.patient)


def test_a_patient_of_two_centres_is_listed_once():
    care = CareRelationFactory()
    again = CareRelationFactory(patient=care.patient, role=CareRole.FOLLOW_UP)
    member = MembershipFactory(centre=care.centre).user
    MembershipFactory(user=member, centre=again.centre)

    assert Patient.objects.visible_to(member).count() == 1


days = st.integers(-3, 3)
spans = st.tuples(days, st.none() | days).filter(lambda span: span[1] is None or span[0] <= span[1])
relations = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(CareRole), spans), max_size=3)
memberships = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(Role), spans), max_size=3)


def holds(span):
    return span[0] <= 0 and (span[1] is None or span[1] >= 0)


def dates(span):
    first, last = span
    return {
        "from_on": today() + timedelta(days=first),
        "until_on": None if last is None else today() + timedelta(days=last),
    }


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cares=relations.filter(lambda rows: len({row[:2] for row in rows}) == len(rows)),
    held=memberships.filter(lambda rows: len({row[:2] for row in rows}) == len(rows)),
)
@pytest.mark.feature(91)
def test_what_is_in_the_list_opens_and_both_follow_the_dates(db, cares, held):
    centres = CentreFactory.create_batch(2, time_zone=ZONE)
    patient, user = PatientFactory(), UserFactory()
    for index, part, span in cares:
        CareRelationFactory(patient=patient, centre=centres[index], role=part, **dates(span))
    for index, role, span in held:
        MembershipFactory(user=user, centre=centres[index], role=role, **dates(span))
    caring = {index for index, _part, span in cares if holds(span)}
    working = {index for index, role, span in held if holds(span) and role in CLINICAL_ROLES}
    client = Client()
    client.force_login(user)

    listed = str(patient.uid) in client.get(reverse("worklist:patients")).content.decode()
    page = client.get(reverse("worklist:patient", kwargs={"patient_uid": patient.uid}))

    assert listed is (page.status_code == 200) is sees(user, patient) is bool(caring & working)
