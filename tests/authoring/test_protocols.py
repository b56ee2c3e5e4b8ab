"""The list of protocols and one version's page."""

import pytest
from django.urls import reverse

from carttrack.accounts.domain import Role
from journeys.authoring.services.publishing import publish_draft
from tests.factories import (
    CentreFactory,
    centre_now,
    journey_at,
    published,
    shipped_files,
    staff,
)

LIST = reverse("authoring:protocols")


def test_the_list_counts_journeys_for_whom_they_are(client, centre, author, colleague):
    journey_at(centre, coordinator=author)

    client.force_login(author)
    (row,) = client.get(LIST).context["rows"]
    assert (row.code, row.newest.journeys) == ("car-t-standard", 1)

    client.force_login(colleague)
    page = client.get(LIST)
    assert page.context["rows"][0].journeys == 0
    assert "Active journeys" not in page.content.decode()


def test_search_and_filter_narrow_the_list(office, draft, author):
    published("axi-cel-lbcl")
    publish_draft(draft_uid=draft.uid, revision=1, by=author, now=centre_now(draft.centre))

    def codes(**asked):
        return [row.code for row in office.get(LIST, asked).context["rows"]]

    assert codes() == ["car-t-standard-north-unit", "axi-cel-lbcl", "car-t-standard"]
    assert codes(q="yescarta") == ["axi-cel-lbcl"]
    assert codes(owner="own") == ["car-t-standard-north-unit"]
    assert codes(owner="shared", q="standard") == ["car-t-standard"]
    assert "No protocol fits" in office.get(LIST, {"q": "nothing"}).content.decode()


def test_the_list_asks_a_fixed_number_of_queries(office, draft, django_assert_max_num_queries):
    for code in list(shipped_files()[2])[:6]:
        published(code)

    with django_assert_max_num_queries(12):
        assert office.get(LIST).status_code == 200


@pytest.mark.feature(1)
@pytest.mark.parametrize("code", sorted(shipped_files()[2]))
def test_every_shipped_version_reads_in_words(office, code):
    version = published(code)

    text = office.get(reverse("authoring:version", args=[code, version.number])).content.decode()

    assert "days after" in text
    assert "P28D" not in text


def test_a_draft_asks_a_fixed_number_of_queries(office, draft, django_assert_max_num_queries):
    for name in ("draft", "trial", "publish"):
        with django_assert_max_num_queries(14):
            office.get(reverse(f"authoring:{name}", args=[draft.uid]))
    with django_assert_max_num_queries(14):
        office.get(reverse("authoring:activity", args=[draft.uid, "year"]))


def test_another_centres_own_protocol_does_not_exist(client, draft, author):
    version = publish_draft(
        draft_uid=draft.uid, revision=1, by=author, now=centre_now(draft.centre)
    )
    client.force_login(staff(CentreFactory(), Role.COORDINATOR))

    for name in ("version", "copy", "migrate"):
        address = reverse(f"authoring:{name}", args=[version.protocol.code, version.number])
        assert client.get(address).status_code == 404
