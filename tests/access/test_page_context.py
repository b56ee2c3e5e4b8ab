"""Every page knows where its reader works or is treated, and what they have not read."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from carttrack.accounts.domain import Role
from notifications.models import InboxMessage
from notifications.services import recipient_for_user
from tests.accounts.factories import MembershipFactory
from tests.factories import CentreFactory, centre_day, staff
from tests.patients.factories import CareRelationFactory, PatientFactory
from tests.planning.conftest import STOCKHOLM

pytestmark = pytest.mark.django_db

INBOX = reverse("notifications:inbox")


def page_of(client, user, address=INBOX):
    client.force_login(user)
    return client.get(address).content.decode()


def test_staff_see_the_centre_that_they_look_at(client):
    here, there = CentreFactory(short_name="Aspen"), CentreFactory(short_name="Birch")
    user = staff(here)
    assert 'class="brand__name">Aspen<' in page_of(client, user)

    MembershipFactory(centre=there, user=user)
    client.get(reverse("worklist:today"), {"centre": there.code})

    assert 'class="brand__name">Birch<' in client.get(INBOX).content.decode()


def test_a_centre_that_somebody_left_is_theirs_no_longer(client):
    here, there = CentreFactory(short_name="Aspen"), CentreFactory(short_name="Birch")
    user = staff(here)
    left = MembershipFactory(centre=there, user=user)
    client.force_login(user)
    client.get(reverse("worklist:today"), {"centre": there.code})
    left.until_on = centre_day(there) - timedelta(days=1)
    left.save(update_fields=["until_on"])

    assert 'class="brand__name">Aspen<' in client.get(INBOX).content.decode()


def test_a_patient_can_call_from_every_page(client):
    patient = PatientFactory(with_sign_in=True)
    today = timezone.localdate(timezone=STOCKHOLM)
    CareRelationFactory(patient=patient, until_on=today - timedelta(days=9))
    current = CareRelationFactory(patient=patient, centre__phone="+46812340000")

    assert f"tel:{current.centre.phone}" in page_of(client, patient.user)


def test_without_a_centre_there_is_nobody_to_call_and_the_page_still_stands(client):
    patient = PatientFactory(with_sign_in=True)

    assert "tel:" not in page_of(client, patient.user)


def test_a_page_for_everybody_names_no_centre(client):
    CentreFactory(short_name="Aspen")

    page = client.get(reverse("account_login")).content.decode()

    assert "Aspen" not in page


def test_the_navigation_counts_what_is_unread(client):
    centre = CentreFactory()
    user = staff(centre)
    recipient = recipient_for_user(user=user, time_zone="UTC")
    for _message in range(3):
        InboxMessage.objects.create(
            message_uid=uuid4(), recipient=recipient, subject="S", body="", at=timezone.now()
        )

    assert re.search(r'class="nav__count">3<', page_of(client, user))
    client.post(reverse("notifications:read"))
    assert "nav__count" not in client.get(INBOX).content.decode()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_the_way_to_people_is_in_the_menu_of_administrators_only(client, role):
    user = staff(CentreFactory())
    MembershipFactory(user=user, role=role)

    page = page_of(client, user)

    assert (reverse("accounts:memberships") in page) is (role == Role.ADMINISTRATOR)


def test_only_people_with_a_password_find_its_page_in_the_menu(client):
    patient = PatientFactory(with_sign_in=True)
    user = staff(CentreFactory())

    assert reverse("mfa_index") in page_of(client, user)
    assert reverse("mfa_index") not in page_of(client, patient.user)
