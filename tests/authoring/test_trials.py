"""The dry run: three synthetic journeys beside the form, and nothing stored."""

from datetime import timedelta

import pytest
from django.db import connection

from journeys.planning.models import Journey
from tests.authoring.pages import filled
from tests.authoring.test_drafts import document_of, url
from tests.factories import centre_day

REFERRED = "2026-01-07"


def row(page, title):
    return next(row for row in page.context["trial"].rows if row.title == title)


@pytest.mark.feature(12)
def test_three_journeys_stand_side_by_side(office, draft):
    page = office.get(url(draft, "trial"), {"referred_on": REFERRED, "region": "eu"})

    assert [story.title for story in page.context["trial"].stories] == [
        "As planned",
        "Product 14 days late",
        "Infection, 10 days later",
    ]
    usual, late, infection = row(page, "Infusion").cells
    assert late.on - usual.on == timedelta(days=14)
    assert infection.on - usual.on == timedelta(days=10)
    assert row(page, "Product received").cells[2].moved == 0
    assert row(page, "Leukapheresis").cells[1].moved == 0
    assert row(page, "Yearly visit 15").cells[0].on.year == usual.on.year + 15
    assert row(page, "Return visit").why[0].startswith("Discharge (planned for ")


@pytest.mark.feature(12)
def test_a_dry_run_stores_nothing(office, draft):
    said = []

    def note(execute, sql, *rest):
        said.append(str(sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        office.get(url(draft, "trial"))

    assert said
    assert not [sql for sql in said if sql.lstrip().startswith(("INSERT", "DELETE", "UPDATE"))]
    assert not Journey.objects.exists()


@pytest.mark.parametrize("asked", [{"referred_on": "soon"}, {"referred_on": "1066-10-14"}])
def test_a_day_that_cannot_be_is_told_and_today_is_taken(office, draft, centre, asked):
    page = office.get(url(draft, "trial"), asked)

    assert page.context["trial_form"].errors
    assert row(page, "Referral received").cells[0].on == centre_day(centre)


def test_what_is_typed_is_tried_without_being_saved(office, draft):
    address = url(draft, "activity", code="day_100")
    page = office.get(address, {"referred_on": REFERRED, "region": "eu"})
    typed = filled(page, offset_0="95") | {"try": "1", "referred_on": REFERRED, "region": "eu"}

    whole = office.post(address, typed)
    region = office.post(address, typed, headers={"HX-Request": "true", "HX-Target": "trial"})

    for answer in (whole, region):
        assert answer.status_code == 200
        assert row(answer, "Day 100 visit").cells[0].day_number in range(93, 98)
        assert row(answer, "Day 100 visit").is_marked
    assert "<html" not in region.content.decode()
    assert document_of(draft)["version"] == 1
    assert draft.revision == 1


def test_a_track_is_tried_too(office, draft):
    page = office.get(
        url(draft, "trial"), {"referred_on": REFERRED, "region": "eu", "track": "short-5"}
    )

    titles = [row.title for row in page.context["trial"].rows]
    assert "Yearly visit 5" in titles
    assert "Yearly visit 15" not in titles
