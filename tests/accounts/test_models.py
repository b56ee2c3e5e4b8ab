"""Memberships hold from a day to a day, at the clock of their centre."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from carttrack.accounts.domain import CLINICAL_ROLES, Role
from carttrack.accounts.models import Centre, Membership, User
from tests.accounts.factories import CentreFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

FARTHEST_EAST, FARTHEST_WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # 25 hours apart


def today_at(zone):
    return timezone.localdate(timezone=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("from_days", "until_days", "holds"),
    [
        (0, None, True),
        (-1, 0, True),
        (0, 0, True),
        (1, None, False),
        (-9, -1, False),
    ],
)
@pytest.mark.feature(89)
def test_a_membership_holds_on_its_first_and_on_its_last_day(from_days, until_days, holds):
    today = today_at("Europe/Stockholm")
    MembershipFactory(
        from_on=today + timedelta(days=from_days),
        until_on=None if until_days is None else today + timedelta(days=until_days),
    )

    assert Membership.objects.current().exists() is holds


def test_the_day_is_the_one_at_the_centre():
    east, west = CentreFactory(time_zone=FARTHEST_EAST), CentreFactory(time_zone=FARTHEST_WEST)
    assert today_at(FARTHEST_EAST) > today_at(FARTHEST_WEST)
    for centre in (east, west):
        MembershipFactory(centre=centre, from_on=today_at(FARTHEST_EAST))

    assert [membership.centre for membership in Membership.objects.current()] == [east]


def test_a_person_cannot_have_one_role_twice_at_one_time():
    held = MembershipFactory(from_on=date(2026, 1, 1), until_on=date(2026, 6, 30))

    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(
            user=held.user, centre=held.centre, role=held.role, from_on=date(2026, 6, 30)
        )


def test_the_same_role_may_follow_and_another_may_stand_beside_it():
    held = MembershipFactory(from_on=date(2026, 1, 1), until_on=date(2026, 6, 30))

    MembershipFactory(user=held.user, centre=held.centre, from_on=date(2026, 7, 1))
    MembershipFactory(
        user=held.user, centre=held.centre, role=Role.CLINICIAN, from_on=date(2026, 1, 1)
    )
    MembershipFactory(user=held.user, from_on=date(2026, 1, 1))

    assert held.user.memberships.count() == 4


@pytest.mark.parametrize(
    "fields", [{"until_on": date(2019, 12, 31)}, {"role": "chief"}], ids=["backwards", "unknown"]
)
def test_an_impossible_membership_is_refused_by_the_database(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(**fields)


def test_an_unknown_time_zone_is_refused_by_the_database():
    with pytest.raises(DataError), transaction.atomic():
        CentreFactory(time_zone="Europe/Karolinska")


@pytest.mark.parametrize("fields", [{"country": "se"}, {"closed_weekdays": [7]}])
def test_an_impossible_centre_is_refused_by_the_database(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        CentreFactory(**fields)


def test_an_address_names_one_person_however_it_is_typed():
    user = User.objects.create_user("Anna.Lind@Example.org", name="Anna Lind")

    assert user.email == "anna.lind@example.org"
    assert User.objects.get_by_natural_key(" ANNA.lind@example.org") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("anna.LIND@example.org", name="Another")


def test_an_address_in_capitals_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="Anna@example.org")


def test_a_person_without_an_address_is_refused():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("", name="Nobody")


def test_the_centres_of_a_person_are_those_of_the_asked_roles():
    coordinator = MembershipFactory()
    administrator = MembershipFactory(user=coordinator.user, role=Role.ADMINISTRATOR)

    assert set(Centre.objects.of(coordinator.user)) == {coordinator.centre, administrator.centre}
    assert list(Centre.objects.of(coordinator.user, CLINICAL_ROLES)) == [coordinator.centre]


def test_nobody_and_the_disabled_have_no_memberships():
    held = MembershipFactory(user__is_active=False)

    assert not Membership.objects.of(held.user).exists()
    assert not Membership.objects.of(AnonymousUser()).exists()
