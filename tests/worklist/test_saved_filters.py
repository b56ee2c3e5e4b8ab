"""Saved filters: what is kept, who is offered it, and that no patient's name is shared."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from carttrack.accounts.models import Membership
from journeys.worklist.domain import FilterPage, kept
from journeys.worklist.models import SavedFilter
from journeys.worklist.services.saved_filters import NamesSomebody, NothingToSave, save_filter
from tests.factories import CentreFactory, MembershipFactory, centre_day, staff

PATIENTS = reverse("worklist:patients")
BOARD = reverse("worklist:board")
FILTERS = reverse("worklist:filters")


def new(page):
    return reverse("worklist:filter-new", args=[page])


def keep(owner, centre, **changes):
    """Save a valid filter, with the changes that a test is about."""
    valid = {
        "page": FilterPage.PATIENTS,
        "name": "In follow-up",
        "query": {"stage": "follow_up"},
        "is_shared": False,
        "is_default": False,
    }
    return save_filter(owner=owner, centre=centre, **(valid | changes))


def names_in(response):
    return [link.name for link in response.context["bar"].links]


@pytest.fixture
def colleague(centre):
    """A browser in which somebody else of the centre is signed in."""
    browser = Client()
    browser.force_login(staff(centre, name="Olle Other"))
    return browser


@pytest.mark.feature(98)
def test_the_address_is_saved_under_a_name_and_stands_above_the_list(desk, coordinator):
    shown = desk.get(f"{PATIENTS}?status=active&stage=follow_up&sort=next&page=3")
    href = shown.context["bar"].save_href

    response = desk.post(href, {"name": "In follow-up"}, follow=True)

    saved = SavedFilter.objects.get()
    assert saved.owner == coordinator
    assert saved.query == {"status": "active", "stage": "follow_up", "sort": "next"}
    (link,) = response.context["bar"].links
    assert link.is_current
    assert not response.context["bar"].save_href


def test_only_keys_that_the_page_reads_are_kept():
    query = {"stage": "referral", "page": "4", "evil": "1", "status": "", "sort": "name"}

    assert kept(FilterPage.PATIENTS, query) == {"stage": "referral"}
    assert kept(FilterPage.BOARD, query) == {}


def test_nothing_is_saved_where_nothing_is_filtered(desk, coordinator, centre):
    response = desk.get(new("board"), follow=True)

    assert "Nothing is filtered yet" in response.text
    with pytest.raises(NothingToSave):
        keep(coordinator, centre, query={"page": "2"})


def test_there_is_no_such_page(desk):
    assert desk.get(f"{new('outbox')}?owner=me").status_code == 404


def test_colleagues_see_what_is_shared_and_nothing_else(desk, colleague, coordinator, centre):
    keep(coordinator, centre, name="Ours", is_shared=True)
    keep(coordinator, centre, name="Mine")

    response = colleague.get(PATIENTS)

    assert names_in(response) == ["Ours"]
    assert "Anna Koordinator" in response.text


def test_another_centre_is_offered_nothing(client, coordinator, centre):
    keep(coordinator, centre, is_shared=True)
    client.force_login(staff(CentreFactory()))

    assert names_in(client.get(PATIENTS)) == []


def test_what_somebody_shared_goes_when_they_go(colleague, coordinator, centre):
    keep(coordinator, centre, is_shared=True)
    Membership.objects.filter(user=coordinator).update(
        until_on=centre_day(centre) - timedelta(days=1)
    )

    assert names_in(colleague.get(PATIENTS)) == []


def test_words_of_a_search_are_kept_in_private_and_never_shared(desk, coordinator, centre):
    address = f"{new('patients')}?q=Lindmark&status=active"

    refused = desk.post(address, {"name": "My patient", "is_shared": "on"})
    assert refused.status_code == 422
    assert "may name a patient" in refused.text
    assert not SavedFilter.objects.exists()

    desk.post(address, {"name": "My patient"})
    saved = SavedFilter.objects.get()
    assert saved.query["q"] == "Lindmark"

    edit = reverse("worklist:filter-edit", args=[saved.uid])
    again = desk.post(edit, {"name": "My patient", "is_shared": "on"})
    assert again.status_code == 422
    with pytest.raises(NamesSomebody):
        keep(coordinator, centre, query={"q": "Lindmark"}, is_shared=True)


def test_the_database_itself_refuses_a_shared_search(coordinator, centre):
    saved = keep(coordinator, centre, query={"q": "Lindmark"})

    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.filter(pk=saved.pk).update(is_shared=True)


def test_a_name_is_used_once_by_a_person_on_a_page(desk, coordinator, centre):
    keep(coordinator, centre, name="Mine")

    again = desk.post(f"{new('patients')}?stage=referral", {"name": "mine"})
    elsewhere = desk.post(f"{new('board')}?owner=me", {"name": "Mine"})

    assert again.status_code == 422
    assert "already have a filter of this name" in again.text
    assert elsewhere.status_code == 302


def test_the_page_opens_with_the_default_unless_the_address_says_otherwise(
    desk, coordinator, centre
):
    keep(coordinator, centre, is_default=True)

    assert desk.get(PATIENTS)["Location"] == f"{PATIENTS}?stage=follow_up"
    assert desk.get(f"{PATIENTS}?status=").status_code == 200


def test_a_page_has_one_default(desk, coordinator, centre):
    first = keep(coordinator, centre, is_default=True)
    second = keep(coordinator, centre, name="Other", is_default=True)

    first.refresh_from_db()
    assert not first.is_default
    assert second.is_default


def test_a_colleagues_default_is_theirs(colleague, coordinator, centre):
    keep(coordinator, centre, is_shared=True, is_default=True)

    assert colleague.get(PATIENTS).status_code == 200


def test_a_filter_is_renamed_and_deleted_after_a_question(desk, coordinator, centre):
    saved = keep(coordinator, centre, is_shared=True)
    edit = reverse("worklist:filter-edit", args=[saved.uid])
    delete = reverse("worklist:filter-delete", args=[saved.uid])

    desk.post(edit, {"name": "Years", "is_shared": "on"})
    saved.refresh_from_db()
    assert saved.name == "Years"

    assert "loses the link" in desk.get(delete).text
    assert SavedFilter.objects.exists()
    desk.post(delete)
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("route", ["worklist:filter-edit", "worklist:filter-delete"])
def test_only_the_owner_changes_a_shared_filter(colleague, coordinator, centre, route):
    saved = keep(coordinator, centre, is_shared=True)

    assert colleague.post(reverse(route, args=[saved.uid]), {"name": "x"}).status_code == 404


def test_the_list_says_in_words_what_each_filter_keeps(desk, coordinator, centre, journey):
    keep(coordinator, centre, query={"stage": "follow_up", "owner": "me", "sort": "-next"})

    response = desk.get(FILTERS)

    for words in ("Follow-up", "Mine", "Next date, latest first", "Only you"):
        assert words in response.text


def test_the_list_of_filters_is_empty_at_first(desk):
    assert "Nothing saved yet" in desk.get(FILTERS).text


def test_with_several_centres_a_filter_leads_to_its_own(desk, coordinator, centre):
    second = CentreFactory()
    MembershipFactory(user=coordinator, centre=second)
    keep(coordinator, second, page=FilterPage.BOARD, query={"owner": "me"})

    (link,) = desk.get(f"{BOARD}?centre={centre.code}").context["bar"].links

    assert link.href == f"{BOARD}?owner=me&centre={second.code}"
    assert not link.is_current
    assert desk.get(link.href).context["centre"] == second


def test_searching_is_not_hidden_by_a_default(desk, coordinator, centre):
    keep(coordinator, centre, is_default=True)

    assert desk.get(f"{PATIENTS}?q=Lind").status_code == 200
