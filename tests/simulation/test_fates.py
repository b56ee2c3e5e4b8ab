"""What is drawn from a seed: the same again, something else for another, and everything at last."""

from collections import Counter
from datetime import date, timedelta

import pytest

from carttrack.simulation.fates import (
    FAILED,
    INFUSION,
    MOST_ATTEMPTS,
    Making,
    draw_fate,
    draw_fates,
)
from carttrack.simulation.odds import ODDS, Odds
from carttrack.simulation.visits import draw_turn
from journeys.planning.domain.states import EndReason

FIRST_ON, LAST_ON = date(2026, 1, 5), date(2036, 1, 5)
NEVER = dict.fromkeys(("collection_fails", "manufacturing_fails", "out_of_specification"), 0.0)


def draw(patients=200, seed=1, odds=ODDS):
    return draw_fates(
        seed=seed,
        patients=patients,
        first_on=FIRST_ON,
        last_on=LAST_ON,
        protocols=["a", "b"],
        odds=odds,
    )


def draw_one(number=1, **odds):
    return draw_fate(
        seed=1, number=number, referred_on=FIRST_ON, protocols=["a"], odds=Odds(**odds)
    )


def turn(**odds):
    return draw_turn(seed=1, number=1, cycle=1, point="year#3", odds=Odds(**odds))


def test_a_seed_gives_the_same_patients_again():
    assert draw() == draw()


def test_another_seed_gives_other_patients():
    assert draw(seed=1) != draw(seed=2)


def test_a_patient_is_the_same_however_many_others_there_are():
    few, many = draw(patients=1)[0], draw(patients=50)[0]

    assert few.contact == many.contact
    assert few.endings == many.endings


def test_referrals_come_in_order_and_within_the_years():
    days = [fate.referred_on for fate in draw()]

    assert days == sorted(days)
    assert days[0] >= FIRST_ON
    assert days[-1] < LAST_ON


def test_nobody_is_referred_before_their_birth():
    assert all(fate.born_on < fate.referred_on - timedelta(days=5 * 365) for fate in draw())


def test_everything_that_can_happen_happens_to_somebody():
    fates = draw(patients=2000)

    assert {attempt.making for fate in fates for attempt in fate.attempts} == set(Making)
    reasons = {ending.reason for fate in fates for ending in fate.endings}
    assert {EndReason.NOT_ELIGIBLE, EndReason.DEATH, EndReason.PATIENT_WITHDREW} <= reasons
    assert any(fate.treated_again_after for fate in fates)
    assert any(not fate.contact.has_email for fate in fates)
    assert any(fate.contact.comfort_off_after for fate in fates)


def test_odds_of_nothing_make_it_never_happen():
    fates = draw(patients=500, odds=Odds(**NEVER, held=0, treated_again=0, not_eligible=0))

    makings = Counter(attempt.making for fate in fates for attempt in fate.attempts)
    assert set(makings) == {Making.GOOD}
    assert all(attempt.pause is None for fate in fates for attempt in fate.attempts)


def test_only_the_last_attempt_may_succeed_and_there_are_at_most_three():
    fates = [draw_one(number, collection_fails=0.6, treated_again=0) for number in range(300)]

    assert max(len(fate.attempts) for fate in fates) == MOST_ATTEMPTS
    for fate in fates:
        assert all(attempt.making in FAILED for attempt in fate.attempts[:-1])


def test_whoever_is_treated_again_has_a_product_made_for_it():
    fate = draw_one(treated_again=1.0, **NEVER)

    assert [attempt.making for attempt in fate.attempts] == [Making.GOOD, Making.GOOD]


def test_only_a_death_is_learned_of_later():
    for fate in draw():
        late = {ending.reason for ending in fate.endings if ending.known_after}
        assert late <= {EndReason.DEATH}


def test_everybody_dies_or_withdraws_in_the_end():
    for fate in draw():
        after = {ending.reason for ending in fate.endings if ending.after == INFUSION}
        assert after == {EndReason.DEATH, EndReason.PATIENT_WITHDREW}


def test_a_visit_goes_the_same_way_whenever_it_is_asked_for():
    assert turn() == turn()


@pytest.mark.parametrize(
    ("odds", "what", "value"),
    [
        ({"no_show": 1.0}, "comes", False),
        ({"not_booked": 1.0}, "is_booked", False),
        ({"moved_by_the_patient": 0.0}, "moved_by", 0),
        ({"never_recorded": 1.0}, "recorded_after", None),
        ({"never_recorded": 0.0, "recorded_late": 0.0}, "recorded_after", 0),
    ],
)
def test_the_odds_decide_about_a_visit(odds, what, value):
    assert getattr(turn(**odds), what) == value
