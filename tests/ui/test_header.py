"""The bar over a page is drawn once for what it says, and says to each reader what is theirs."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre
from tests.accounts.factories import MembershipFactory
from tests.factories import CentreFactory, staff

pytestmark = pytest.mark.django_db

TODAY, PATIENTS, INBOX = (
    reverse(name) for name in ("worklist:today", "worklist:patients", "notifications:inbox")
)


@pytest.fixture
def centre():
    return CentreFactory.create(short_name="Ward <7>")


def shown_to(person, path=TODAY):
    browser = Client()
    browser.force_login(person)
    return browser.get(path).text


def menu_of(html):
    return re.search(r'<details class="menu".*?</details>', html, re.DOTALL)[0]


def nav_of(html):
    return re.search(r'<nav class="nav".*?</nav>', html, re.DOTALL)[0]


def test_each_reader_sees_their_own_name_and_nobody_elses(centre):
    anna, bo = staff(centre, name="Anna <b>"), staff(centre, name="Bo & Co")

    first, second = menu_of(shown_to(anna)), menu_of(shown_to(bo))

    assert "Anna &lt;b&gt;" in first
    assert anna.email in first
    assert "Bo &amp; Co" in second
    assert (anna.email in second, bo.email in first) == (False, False)


def test_a_change_of_name_is_seen_at_once(centre):
    person = staff(centre, name="Before")
    assert "Before" in menu_of(shown_to(person))

    type(person).objects.filter(pk=person.pk).update(name="After")
    Centre.objects.filter(pk=centre.pk).update(short_name="Ward 8")

    html = shown_to(person)
    assert "After" in menu_of(html)
    assert '<span class="brand__name">Ward 8</span>' in html


def test_the_centre_is_named_as_a_text(centre):
    assert '<span class="brand__name">Ward &lt;7&gt;</span>' in shown_to(staff(centre))


def test_each_page_has_a_token_of_its_own_with_which_one_signs_out(centre):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff(centre))
    tokens = [
        re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', menu_of(browser.get(TODAY).text))
        for _ in range(2)
    ]

    assert tokens[0][1] != tokens[1][1]
    left = browser.post(reverse("account_logout"), {"csrfmiddlewaretoken": tokens[0][1]})
    assert left.status_code == 302
    assert browser.get(TODAY).status_code == 302


def test_the_way_one_is_on_is_marked(centre):
    person = staff(centre)
    for path in (TODAY, PATIENTS, INBOX):
        marked = re.findall(r'href="([^"]+)" aria-current="page"', nav_of(shown_to(person, path)))
        assert marked == [path]


def test_links_follow_what_a_person_is(centre):
    coordinator, clinician = staff(centre), staff(centre, Role.CLINICIAN)
    protocols = reverse("authoring:protocols")

    assert protocols in nav_of(shown_to(coordinator))
    assert protocols not in nav_of(shown_to(clinician))
    assert reverse("accounts:memberships") not in menu_of(shown_to(coordinator))
    MembershipFactory.create(user=clinician, centre=centre, role=Role.ADMINISTRATOR)
    assert protocols in nav_of(shown_to(clinician))
    assert reverse("accounts:memberships") in menu_of(shown_to(clinician))


def test_one_chooses_between_several_centres_and_the_choice_is_marked(centre):
    person = staff(centre)
    assert "?centre=" not in menu_of(shown_to(person))

    other = CentreFactory.create(short_name="Elsewhere")
    MembershipFactory.create(user=person, centre=other, role=Role.COORDINATOR)
    for chosen in (centre, other):
        menu = menu_of(shown_to(person, f"{TODAY}?centre={chosen.code}"))
        marked = re.findall(r'centre=([\w-]+)"\s+aria-current="true"', menu)
        assert (menu.count("?centre="), marked) == (2, [chosen.code])
