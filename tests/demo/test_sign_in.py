"""The demonstration signs anybody in as one of its invented people, and as nobody else."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import include, path
from django.utils import timezone

from carttrack.accounts.domain import Role
from carttrack.demo.cohort import SHOWN_DOMAIN
from carttrack.demo.selectors import patients
from carttrack.urls import urlpatterns as site
from journeys.planning.models import Activity
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.factories import CentreFactory, activity_of, journey_at, patient_at

pytestmark = pytest.mark.django_db

LOGIN, DOOR = "/accounts/login/", "/demo/sign-in/"
# What the site adds in demo mode.
urlpatterns = [path("", include("carttrack.demo.urls")), *site]
in_demo = override_settings(DEMO=True, ROOT_URLCONF=__name__)


def demo_person(**fields):
    return UserFactory(email=f"anna@{SHOWN_DOMAIN}", **fields)


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def journey():
    centre = CentreFactory()
    return journey_at(centre, patient=patient_at(centre, user=demo_person(name="Bo Lind")))


def note_of(user):
    (person,) = patients(today=timezone.localdate()).people
    assert person.name == user.name
    return person.note


@in_demo
def test_the_demo_offers_its_people_by_role(client):
    held = MembershipFactory(user=demo_person(name="Anna Ek"))
    MembershipFactory(user=held.user, centre=held.centre, role=Role.CLINICIAN)
    UserFactory(email=f"bo@{SHOWN_DOMAIN}", name="Bo Lind")
    UserFactory(name="Somebody real")

    context = client.get(LOGIN).context

    groups = [*context["staff_groups"], context["patients"]]
    assert [(str(group.title), [p.name for p in group.people]) for group in groups] == [
        ("Coordinators", ["Anna Ek"]),
        ("Clinicians", ["Anna Ek"]),
        ("Patients", ["Bo Lind"]),
    ]
    assert groups[0].people[0].note == held.centre.short_name


def test_a_patient_of_the_demo_says_where_they_are(journey):
    user = journey.patient.user
    assert note_of(user) == "Referral"

    infusion = activity_of(journey, "infusion")
    Activity.objects.filter(pk=infusion.pk).update(
        state="done", happened_on=timezone.localdate() - timedelta(days=10)
    )
    assert note_of(user) == "Infused 10 days ago"


def test_somebody_without_a_journey_has_no_note():
    assert note_of(demo_person(name="Bo Lind")) == ""


@in_demo
def test_who_signs_in_with_an_address_finds_the_forms_below(client):
    page = client.post(LOGIN, {"login": "nobody@example.org", "password": "wrong"})

    assert '<details class="why" open>' in page.content.decode()


@in_demo
def test_one_click_signs_in_as_an_invented_person(client):
    person = demo_person()

    response = client.post(DOOR, {"uid": str(person.uid)})

    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(person.pk)


@in_demo
@pytest.mark.parametrize("uid", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_click_on_nobody_signs_nobody_in(client, uid):
    assert client.post(DOOR, {"uid": uid}).status_code == 404
    assert not is_signed_in(client)


@in_demo
def test_the_demo_never_signs_in_as_somebody_it_did_not_invent(client):
    coordinator = MembershipFactory().user

    assert client.post(DOOR, {"uid": str(coordinator.uid)}).status_code == 404
    assert client.get(DOOR).status_code == 405


def test_outside_the_demo_there_is_no_such_door(client, settings):
    person = demo_person()

    assert client.post(DOOR, {"uid": str(person.uid)}).status_code == 404
    settings.ROOT_URLCONF = __name__
    assert client.post(DOOR, {"uid": str(person.uid)}).status_code == 404
