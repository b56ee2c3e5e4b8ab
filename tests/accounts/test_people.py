"""An administrator gives and ends roles at their own centres, and only there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from carttrack.accounts.domain import Role, Standing, standing_on
from carttrack.accounts.models import Membership, User
from carttrack.accounts.services import RoleHeld, appoint
from carttrack.audit.models import HistoryEntry
from tests.accounts.factories import CentreFactory, MembershipFactory, UserFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
PEOPLE, APPOINT = "/people/", "/people/new/"


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def administrator(centre):
    return MembershipFactory(centre=centre, role=Role.ADMINISTRATOR).user


@pytest.fixture
def today(centre):
    return timezone.localdate(timezone=ZoneInfo(centre.time_zone))


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator)
    return client


def entry(centre, today, **changes):
    fields = {
        "name": "Dr Ada Berg",
        "email": "Ada.Berg@example.org",
        "role": "clinician",
        "centre": centre.pk,
        "from_on": today.isoformat(),
        "until_on": "",
    }
    return fields | changes


def end_page(membership):
    return f"/people/{membership.pk}/end/"


def names(response):
    return [row.name for row in response.context["people"].rows]


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        ((0, None), Standing.CURRENT),
        ((-5, 0), Standing.CURRENT),
        ((1, None), Standing.COMING),
        ((-5, -1), Standing.PAST),
    ],
)
def test_the_list_says_how_a_role_stands_to_today(signed_in, centre, today, days, standing):
    from_on, until_on = (None if day is None else today + timedelta(days=day) for day in days)
    held = MembershipFactory(centre=centre, from_on=from_on, until_on=until_on)

    assert standing_on(today, from_on=from_on, until_on=until_on) == standing
    found = names(signed_in.get(PEOPLE, {"standing": standing}))
    assert held.user.name in found
    others = [other for other in Standing if other != standing]
    for other in others:
        assert held.user.name not in names(signed_in.get(PEOPLE, {"standing": other}))


def test_the_list_is_searched_by_name_and_address(signed_in, centre):
    for name, email in [("Ada Berg", "ab@example.org"), ("Bo Ek", "bo@example.com")]:
        MembershipFactory(centre=centre, user__name=name, user__email=email)

    assert names(signed_in.get(PEOPLE, {"q": "berg ada"})) == ["Ada Berg"]
    assert names(signed_in.get(PEOPLE, {"q": "example.com"})) == ["Bo Ek"]
    assert "Nobody fits" in signed_in.get(PEOPLE, {"q": "zzz"}).content.decode()


@pytest.mark.feature(113)
def test_people_of_other_centres_are_not_there(signed_in, today):
    elsewhere = MembershipFactory()

    assert elsewhere.user.name not in names(signed_in.get(PEOPLE))
    assert signed_in.get(end_page(elsewhere)).status_code == 404
    response = signed_in.post(APPOINT, entry(elsewhere.centre, today))
    assert response.status_code == 422
    assert not User.objects.filter(name="Dr Ada Berg").exists()


def test_a_list_of_many_costs_the_same_queries(signed_in, centre, django_assert_max_num_queries):
    MembershipFactory(centre=centre)
    with django_assert_max_num_queries(30) as few:
        signed_in.get(PEOPLE)
    MembershipFactory.create_batch(40, centre=centre)

    with django_assert_max_num_queries(len(few)):
        page = signed_in.get(PEOPLE).content.decode()

    assert "1 to 25 of 42" in page


@pytest.mark.feature(89)
def test_somebody_new_gets_a_role_and_a_link_to_choose_a_password(
    signed_in, administrator, centre, today
):
    response = signed_in.post(APPOINT, entry(centre, today), follow=True)

    held = Membership.objects.get(user__email="ada.berg@example.org")
    assert (held.role, held.centre, held.from_on, held.until_on) == (
        "clinician",
        centre,
        today,
        None,
    )
    assert [message.to for message in mail.outbox] == [["ada.berg@example.org"]]
    assert "/accounts/password/reset/key/" in str(mail.outbox[0].body)
    page = response.content.decode()
    assert "Dr Ada Berg: Clinician" in page
    assert "We sent Dr Ada Berg a link" in page
    actions = HistoryEntry.objects.order_by("number").values_list("action", "actor")
    assert list(actions) == [
        ("person.added", administrator.pk),
        ("membership.granted", administrator.pk),
    ]
    assert [change.name for change in response.context["changes"]] == ["Dr Ada Berg"]


def test_when_no_mail_can_be_sent_the_role_is_given_and_the_page_says_so(
    signed_in, centre, today, settings, free_port
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    page = signed_in.post(APPOINT, entry(centre, today), follow=True).content.decode()

    assert Membership.objects.filter(user__email="ada.berg@example.org").exists()
    assert "No e-mail could be sent" in page


def test_a_colleague_from_elsewhere_gets_a_role_and_keeps_their_name(signed_in, centre, today):
    known = MembershipFactory(user__name="Ada Berg-Lind").user

    signed_in.post(APPOINT, entry(centre, today, email=known.email))

    known.refresh_from_db()
    assert known.name == "Ada Berg-Lind"
    assert known.memberships.filter(centre=centre, role=Role.CLINICIAN).exists()
    assert not mail.outbox


def test_the_address_of_a_patient_is_none_of_the_staff(signed_in, centre, today):
    patient = PatientFactory(with_sign_in=True)
    gone = MembershipFactory(user=UserFactory(is_active=False)).user

    for user in (patient.user, gone):
        response = signed_in.post(APPOINT, entry(centre, today, email=user.email))

        assert response.status_code == 422
        assert "take another one" in response.content.decode()
        assert not user.memberships.filter(centre=centre).exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": ""}, "name"),
        ({"role": "chief"}, "role"),
        ({"from_on": "2020-01-01"}, "from_on"),
        ({"from_on": "2099-02-30"}, "from_on"),
        ({"from_on": "2099-01-02", "until_on": "2099-01-01"}, "until_on"),
    ],
)
def test_an_impossible_entry_is_refused_beside_its_field(signed_in, centre, today, changes, says):
    response = signed_in.post(APPOINT, entry(centre, today, **changes))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {says}
    assert not mail.outbox


def test_a_role_is_not_given_twice(signed_in, centre, today):
    held = MembershipFactory(centre=centre)

    response = signed_in.post(
        APPOINT, entry(centre, today, email=held.user.email, role="coordinator")
    )

    assert response.context["form"].errors["role"]
    assert held.user.memberships.count() == 1


def test_a_role_gets_its_last_day_and_the_history_says_so(signed_in, administrator, centre, today):
    held = MembershipFactory(centre=centre)

    page = signed_in.get(end_page(held))
    response = signed_in.post(end_page(held), {"until_on": today.isoformat()}, follow=True)

    assert f'value="{today.isoformat()}"' in page.content.decode()
    held.refresh_from_db()
    assert held.until_on == today
    assert f"{held.user.name}: Coordinator until" in response.content.decode()
    assert HistoryEntry.objects.get(action="membership.ended").actor == administrator


def test_yesterday_ends_a_role_at_once(signed_in, centre, today):
    held = MembershipFactory(centre=centre)

    signed_in.post(end_page(held), {"until_on": (today - timedelta(days=1)).isoformat()})

    assert not Membership.objects.of(held.user).exists()


@pytest.mark.parametrize("days", [-2, 40])
def test_a_last_day_neither_rewrites_the_past_nor_comes_after_the_one_it_has(
    signed_in, centre, today, days
):
    held = MembershipFactory(centre=centre, until_on=today + timedelta(days=30))

    response = signed_in.post(
        end_page(held), {"until_on": (today + timedelta(days=days)).isoformat()}
    )

    assert response.status_code == 422
    assert response.context["form"].errors["until_on"]


def test_nobody_locks_themselves_out_and_what_ended_stays_as_it_was(
    signed_in, administrator, centre, today
):
    own = administrator.memberships.get()
    over = MembershipFactory(centre=centre, until_on=today - timedelta(days=1))

    assert signed_in.get(end_page(own)).status_code == 404
    assert signed_in.get(end_page(over)).status_code == 404
    rows = signed_in.get(PEOPLE).context["people"].rows
    assert not any(row.may_end for row in rows)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_adds_one_person_with_one_role():
    centre, by = CentreFactory(), UserFactory()
    together = Barrier(2)

    def press():
        try:
            together.wait()
            appoint(
                email="ada@example.org",
                name="Ada Berg",
                centre=centre,
                role=Role.CLINICIAN,
                from_on=date(2026, 3, 3),
                until_on=None,
                by=by,
                now=NOW,
            )
        except RoleHeld:
            return "held"
        finally:
            connection.close()
        return "given"

    with ThreadPoolExecutor(2) as pool:
        answers = [answer.result() for answer in [pool.submit(press), pool.submit(press)]]

    assert sorted(answers) == ["given", "held"]
    assert User.objects.get(email="ada@example.org").memberships.count() == 1
