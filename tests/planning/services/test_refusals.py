"""Every refusal is a sentence that a person can act on."""

from datetime import date

import pytest

from journeys.planning.services import refusals

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (refusals.JourneyNotActive(), "has ended"),
        (refusals.PatientHasActiveJourney(), "already has an active journey"),
        (refusals.PersonNotAtCentre("Anna Kettner"), "Anna Kettner has no current role"),
        (refusals.RegionNotCovered(), "not published for the centre's region"),
        (refusals.ActivityNotOpen("Infusion"), "Infusion is already done or closed"),
        (refusals.DateInFuture("Infusion", DAY), "5 March 2026 is in the future"),
        (refusals.DateInPast("Infusion", DAY), "cannot be planned on 5 March 2026"),
        (refusals.OutOfOrder("Infusion", ["Lymphodepletion"]), "comes after Lymphodepletion"),
        (refusals.BeforeTheJourney(DAY, DAY), "before the referral on 5 March 2026"),
        (refusals.ReasonMissing(), "Give a reason"),
        (refusals.NotBooked(), "no appointment"),
        (refusals.RestrictionEndsByItself(), "ends by itself"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_refusal_says_what_to_do(refusal, words):
    assert words in refusal.sentence
    assert refusal.sentence.endswith(".")


def test_no_refusal_is_without_a_sentence():
    kinds = [
        kind
        for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, refusals.Refusal)
    ]

    assert all(kind.message or kind is refusals.Refusal for kind in kinds)
