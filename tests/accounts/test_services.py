"""People, their roles and the closed days of a centre."""

from datetime import UTC, date, datetime

import pytest

from carttrack.accounts.domain import Role
from carttrack.accounts.models import ClosedDay
from carttrack.accounts.services import (
    MembershipOver,
    add_person,
    end_membership,
    grant_membership,
    refresh_closed_days,
)
from carttrack.audit.models import HistoryEntry
from tests.accounts.factories import PASSWORD, CentreFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_a_person_is_added_with_or_without_a_password():
    by = UserFactory()

    with_one = add_person(email="a@example.org", name="A", password=PASSWORD, by=by, now=NOW)
    without = add_person(email="b@example.org", name="B", by="system:test", now=NOW)

    assert with_one.check_password(PASSWORD)
    assert not without.has_usable_password()
    assert [entry.actor for entry in HistoryEntry.objects.order_by("number")] == [by, None]


def test_a_granted_role_is_in_the_history():
    user, centre, by = UserFactory(), CentreFactory(), UserFactory()

    grant_membership(
        user=user, centre=centre, role=Role.CLINICIAN, from_on=date(2026, 3, 3), by=by, now=NOW
    )

    entry = HistoryEntry.objects.get(action="membership.granted")
    assert (entry.actor, entry.subject_uid, entry.centre) == (by, user.uid, centre)
    assert entry.after == {"role": "clinician", "from_on": "2026-03-03", "until_on": None}


def test_an_ended_role_keeps_its_row_and_says_so_in_the_history():
    held = MembershipFactory(from_on=date(2026, 1, 1))

    ended = end_membership(membership=held, until_on=date(2026, 3, 3), by="system:test", now=NOW)

    assert ended.until_on == date(2026, 3, 3)
    assert HistoryEntry.objects.get().before == {"role": "coordinator", "until_on": None}


@pytest.mark.parametrize("until_on", [date(2025, 12, 31), date(2026, 7, 1)])
def test_a_role_ends_neither_before_it_began_nor_later_than_it_did(until_on):
    held = MembershipFactory(from_on=date(2026, 1, 1), until_on=date(2026, 6, 30))

    with pytest.raises(MembershipOver):
        end_membership(membership=held, until_on=until_on, by="system:test", now=NOW)


@pytest.mark.feature(94)
def test_the_holidays_of_the_country_are_stored_with_the_centre():
    centre = CentreFactory(country="SE")

    refresh_closed_days(centre=centre, years=[2026, 2027])

    closed = dict(centre.closed_days.values_list("on", "name"))
    assert closed[date(2026, 6, 6)]
    assert date(2027, 1, 6) in closed
    assert date(2026, 3, 3) not in closed


def test_refreshing_again_keeps_what_the_centre_named_and_adds_nothing_twice():
    centre = CentreFactory(country="SE")
    ClosedDay.objects.create(centre=centre, on=date(2026, 6, 6), name="Move of the ward")
    refresh_closed_days(centre=centre, years=[2026])
    count = centre.closed_days.count()

    refresh_closed_days(centre=centre, years=[2026])

    assert centre.closed_days.count() == count
    assert centre.closed_days.get(on=date(2026, 6, 6)).name == "Move of the ward"
