"""Beginning another cycle, rehearsing it, and deciding about a product out of specification."""

from http import HTTPStatus

import pytest

from carttrack.audit.models import HistoryEntry
from journeys.planning.models import Cycle, GateCheck, PlanRevision
from tests.factories import centre_day
from tests.worklist.steps import carry_out, collected, page_of, preview


@pytest.fixture
def waiting(centre, coordinator):
    return collected(centre, coordinator)


def again(centre, **changes):
    """Return what the form of a valid new cycle sends, with the changes a test is about."""
    valid = {
        "reason": "manufacturing_failure",
        "from_stage": "leukapheresis",
        "version": "",
        "on": centre_day(centre).isoformat(),
        "note": "",
    }
    return valid | changes


@pytest.mark.feature(21)
def test_a_new_cycle_shows_what_leaves_the_plan_and_the_new_dates(desk, centre, waiting):
    shown = preview(desk, page_of(waiting, "journey-cycle"), **again(centre))

    found = shown.context["preview"]
    assert "Product received" in found.cancelled
    assert "Leukapheresis" in {line.title for line in found.lines if line.before is None}
    assert Cycle.objects.filter(journey=waiting).count() == 1


@pytest.mark.feature(21)
def test_both_cycles_can_be_read_and_only_the_new_one_changed(desk, centre, waiting):
    carry_out(desk, page_of(waiting, "journey-cycle"), **again(centre))

    now = desk.get(page_of(waiting))
    before = desk.get(page_of(waiting), {"cycle": "1"})

    assert [tab.number for tab in now.context["tabs"]] == [1, 2]
    assert now.context["is_active"]
    assert not before.context["is_active"]
    assert before.context["timeline"].cycle.number == 1
    assert "It is kept as it was" in before.text
    assert page_of(waiting, "journey-cycle") not in before.text


def test_a_cycle_that_never_was_is_not_found(desk, waiting):
    assert desk.get(page_of(waiting), {"cycle": "7"}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"reason": "other"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"from_stage": "follow_up"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"on": "2199-01-01"}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
def test_a_cycle_that_cannot_be_is_refused(desk, centre, waiting, changes, status):
    response = preview(desk, page_of(waiting, "journey-cycle"), **again(centre, **changes))

    assert response.status_code == status
    assert Cycle.objects.filter(journey=waiting).count() == 1


@pytest.mark.feature(13)
def test_plan_b_says_when_cells_would_be_collected_and_infused_and_writes_nothing(desk, waiting):
    revisions = PlanRevision.objects.count()

    response = desk.get(page_of(waiting, "plan-b"), headers={"hx-request": "true"})

    found = response.context["plan_b"]
    assert found.collection == "Leukapheresis"
    assert found.infusion_on > found.collection_on
    assert found.days_later > 0
    assert PlanRevision.objects.count() == revisions
    assert Cycle.objects.filter(journey=waiting).count() == 1


@pytest.mark.feature(13)
def test_plan_b_leads_to_its_preview_in_one_click(desk, centre, waiting):
    today = centre_day(centre).isoformat()
    way = f"?reason=manufacturing_failure&amp;from_stage=leukapheresis&amp;on={today}"
    assert f"{page_of(waiting, 'journey-cycle')}{way}" in desk.get(page_of(waiting, "plan-b")).text

    shown = desk.get(page_of(waiting, "journey-cycle") + way.replace("&amp;", "&"))

    assert shown.context["preview"].lines


def test_the_page_offers_plan_b_only_between_collection_and_infusion(desk, journey, waiting):
    assert page_of(waiting, "plan-b") in desk.get(page_of(waiting)).text
    assert page_of(journey, "plan-b") not in desk.get(page_of(journey)).text
    assert desk.get(page_of(journey, "plan-b")).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.feature(21)
def test_a_product_out_of_specification_has_three_ways_on(desk, waiting):
    response = desk.get(page_of(waiting, "out-of-specification"))

    assert "Accept and go on" in response.text
    assert f"{page_of(waiting, 'journey-cycle')}?because=out_of_specification" in response.text
    assert f"{page_of(waiting, 'journey-end')}?because=oos_not_accepted" in response.text


@pytest.mark.feature(21)
def test_accepting_it_stands_in_the_history_and_among_the_overrides(client, clinician, waiting):
    client.force_login(clinician)

    response = client.post(
        page_of(waiting, "out-of-specification"), {"reason": "Viability 68 %, agreed"}, follow=True
    )

    assert "The product is accepted" in response.text
    check = GateCheck.objects.live().get(item="product_released")
    assert (check.is_override, check.reason) == (True, "Viability 68 %, agreed")
    assert HistoryEntry.objects.filter(action="product.accepted").exists()


def test_accepting_needs_the_role_that_the_protocol_names(desk, waiting):
    response = desk.post(page_of(waiting, "out-of-specification"), {"reason": "Agreed"})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Your role may not go on without this." in response.text
    assert not GateCheck.objects.filter(item="product_released").exists()
