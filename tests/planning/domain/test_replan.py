"""The diff between the plan that is and the plan that would be, and its token."""

from datetime import date, timedelta

import pytest

from journeys.planning.domain.replan import Change, ChangeKind, Dates, cascade, fingerprint
from tests.planning.domain.protocols import by_point, expected, happened, plan

REFERRED = happened("referral", date(2026, 1, 5))
COLLECTED = happened("leukapheresis", date(2026, 1, 19))


def dates_of(found):
    return {
        each.point: Dates(
            target=each.target, opens=each.opens, closes=each.closes, chosen=each.chosen
        )
        for each in found.activities
    }


def slip(days):
    """Return what changes when the product comes so many days later than planned."""
    before = plan(REFERRED, COLLECTED)
    planned = by_point(before)["product_received"].chosen
    after = plan(REFERRED, COLLECTED, expected("product_received", planned + timedelta(days=days)))
    return cascade(dates_of(before), after)


@pytest.mark.feature(17)
def test_a_late_product_moves_all_that_hangs_on_it_and_nothing_before():
    changes = {change.point: change for change in slip(7)}

    assert changes["infusion"].kind is ChangeKind.MOVED
    assert changes["infusion"].after.chosen - changes["infusion"].before.chosen == timedelta(days=7)
    assert {"lymphodepletion#3", "discharge", "return_visit", "year#15"} <= changes.keys()
    assert not {"referral", "leukapheresis"} & changes.keys()


@pytest.mark.feature(14)
def test_the_same_plan_changes_nothing():
    found = plan(REFERRED)

    assert cascade(dates_of(found), found) == ()


def test_a_new_window_around_the_same_day_is_a_change_of_its_own():
    found = plan(REFERRED)
    before = dates_of(found)
    before["day_100"] = Dates(
        target=before["day_100"].target,
        opens=None,
        closes=before["day_100"].closes,
        chosen=before["day_100"].chosen,
    )
    (change,) = cascade(before, found)

    assert (change.point, change.kind) == ("day_100", ChangeKind.WINDOW)


def test_what_is_new_and_what_is_gone_is_told():
    found = plan(REFERRED)
    before = dates_of(found)
    dropped = before.pop("year#15")
    before["year#16"] = dropped

    assert cascade(before, found) == (
        Change(point="year#15", kind=ChangeKind.ADDED, before=None, after=dropped),
        Change(point="year#16", kind=ChangeKind.REMOVED, before=dropped, after=None),
    )


@pytest.mark.feature(17)
def test_the_token_stands_for_the_changes_and_the_parts():
    token = fingerprint(slip(7), "journey", "3")

    assert token == fingerprint(slip(7), "journey", "3")
    assert len(token) == 64
    assert token not in {
        fingerprint(slip(8), "journey", "3"),
        fingerprint(slip(7), "journey", "4"),
        fingerprint(slip(7), "journey3"),
        fingerprint((), "journey", "3"),
    }


def test_undated_changes_have_a_token_too():
    assert fingerprint(cascade({}, plan()))
