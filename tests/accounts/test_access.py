"""Which views open to whom, and where everybody's day begins."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.urls import reverse

from carttrack.accounts.access import require_roles, require_sign_in
from carttrack.accounts.domain import Region, Role
from carttrack.accounts.labels import REGION_LABELS, ROLE_LABELS
from carttrack.accounts.selectors import HOMES, NoRoleToday, centres_of, home_for, roles_of
from tests.accounts.factories import MembershipFactory, UserFactory


@require_roles(Role.COORDINATOR, Role.CLINICIAN)
def ward(request):
    return HttpResponse(" ".join(sorted(request.roles)))


@require_sign_in
def lobby(request):
    return HttpResponse(request.user.name)


def ask(rf, view, user, **headers):
    request = rf.get("/ward/?day=1", headers=headers)
    request.user = user
    return view(request)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_a_view_opens_to_its_roles_and_is_absent_for_others(rf, role):
    user = MembershipFactory(role=role).user

    if role in {Role.COORDINATOR, Role.CLINICIAN}:
        assert ask(rf, ward, user).content.decode() == role
    else:
        with pytest.raises(Http404):
            ask(rf, ward, user)


@pytest.mark.django_db
def test_a_role_that_ended_opens_nothing(rf):
    user = MembershipFactory(until_on=date(2020, 2, 1)).user

    with pytest.raises(Http404):
        ask(rf, ward, user)


@pytest.mark.parametrize("view", [ward, lobby])
def test_a_visitor_signs_in_first_and_comes_back(rf, view):
    response = ask(rf, view, AnonymousUser())

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/ward/%3Fday%3D1"


@pytest.mark.parametrize("view", [ward, lobby])
def test_htmx_is_told_to_load_the_sign_in_page_whole(rf, view):
    response = ask(
        rf,
        view,
        AnonymousUser(),
        **{"HX-Request": "true", "HX-Current-URL": "http://testserver/today/?owner=me"},
    )

    assert response.status_code == 401
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Ftoday%2F%3Fowner%3Dme"


@pytest.mark.django_db
def test_anybody_signed_in_may_enter_the_lobby(rf):
    assert ask(rf, lobby, UserFactory(name="Anna Ek")).content == b"Anna Ek"


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "route"), HOMES.items())
def test_everybody_begins_where_their_work_is(role, route):
    assert home_for(MembershipFactory(role=role).user) == route


@pytest.mark.django_db
def test_who_has_several_roles_begins_at_the_first_of_them():
    member = MembershipFactory(role=Role.ADMINISTRATOR)
    MembershipFactory(user=member.user, role=Role.COORDINATOR)

    assert home_for(member.user) == HOMES[Role.COORDINATOR]
    assert roles_of(member.user) == {Role.ADMINISTRATOR, Role.COORDINATOR}
    assert list(centres_of(member.user, Role.ADMINISTRATOR)) == [member.centre]
    assert centres_of(member.user).count() == 2


@pytest.mark.django_db
def test_a_person_who_never_worked_here_begins_as_a_patient():
    assert home_for(UserFactory()) == "portal:home"


@pytest.mark.django_db
def test_staff_without_a_role_today_are_told_so(client):
    user = MembershipFactory(until_on=date(2020, 2, 1)).user
    with pytest.raises(NoRoleToday):
        home_for(user)

    client.force_login(user)
    response = client.get("/")

    assert "no role" in response.content.decode()


@pytest.mark.django_db
def test_home_leads_an_administrator_to_the_people_of_their_centres(client):
    administrator = MembershipFactory(role=Role.ADMINISTRATOR)
    colleague = MembershipFactory(centre=administrator.centre, user__name="Bo Ek")
    stranger = MembershipFactory(user__name="Cia Berg")
    client.force_login(administrator.user)

    response = client.get("/", follow=True)

    assert response.redirect_chain == [(reverse("accounts:memberships"), 302)]
    assert colleague.user.name in response.content.decode()
    assert stranger.user.name not in response.content.decode()


@pytest.mark.django_db
def test_the_people_page_is_absent_for_other_roles(client):
    client.force_login(MembershipFactory().user)

    assert client.get(reverse("accounts:memberships")).status_code == 404


def test_every_page_is_closed_to_visitors(client):
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 401


def test_every_role_and_region_has_a_word():
    assert set(ROLE_LABELS) == set(Role)
    assert set(REGION_LABELS) == set(Region)
