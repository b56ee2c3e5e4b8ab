"""What holds for every plan, whatever the protocol, the facts and the calendar."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeys.planning.domain.plan import Fact, FactKind, StepKind
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.reasons import ConflictKind
from journeys.planning.domain.recompute import recompute
from tests.planning.domain.brute_force import shortest
from tests.planning.domain.protocols import by_point, plan
from tests.planning.domain.strategies import pauses, situations

many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WEEK = timedelta(days=7)


def planned(situation, **changes):
    made, facts, open_days, today = situation
    return plan(*facts, on=made, open_days=open_days, today=today, **changes)


def named(conflicts):
    """Return every point that a conflict speaks of."""
    return {
        point
        for conflict in conflicts
        for point in (conflict.point, *(clause.later for clause in conflict.because))
    }


def days_of(found):
    return {each.point: each.chosen or each.target for each in found.activities}


@pytest.mark.feature(16)
@many
@given(situations(), pauses())
def test_nothing_that_is_given_ever_moves(situation, held):
    found = by_point(planned(situation, pauses=held))

    for fact in situation[1]:
        assert found[fact.point].chosen == fact.on
        assert found[fact.point].fact == fact.kind
        assert [step.kind for step in found[fact.point].why] == [StepKind.FACT]


@pytest.mark.feature(3)
@many
@given(situations(), pauses())
def test_every_chosen_day_is_inside_its_window_or_a_conflict_names_it(situation, held):
    found = planned(situation, pauses=held)
    in_conflict = named(found.conflicts)

    for each in found.activities:
        if each.target is None:
            assert each.opens is each.closes is each.chosen is None
            continue
        assert each.opens <= each.target <= each.closes
        if each.chosen is None:
            assert each.point in in_conflict
        elif not each.opens <= each.chosen <= each.closes:
            kind = kind_of(situation[0], each.code)
            assert each.point in in_conflict or kind is ActivityKind.RESTRICTION


def kind_of(made, code):
    return made.activity(code).kind


@pytest.mark.feature(26)
@many
@given(situations(), pauses())
def test_an_open_day_is_chosen_wherever_one_is_asked_for(situation, held):
    made, _, open_days, _ = situation

    for each in planned(situation, pauses=held).activities:
        definition = made.activity(each.code)
        is_exact = definition.roll == "exact" or definition.kind is ActivityKind.RESTRICTION
        if each.chosen and each.fact is None and not is_exact:
            assert open_days.is_open(each.chosen)


@many
@given(situations(), pauses())
def test_nothing_open_lies_in_the_past_unless_its_window_has_passed_or_it_is_behind(
    situation, held
):
    made, facts, _, today = situation
    found = planned(situation, pauses=held)
    passed = {c.point for c in found.conflicts}
    has_history = any(fact.kind is FactKind.HAPPENED for fact in facts)

    for each in found.activities:
        is_restriction = kind_of(made, each.code) is ActivityKind.RESTRICTION
        if today and each.chosen and each.fact is None and not (is_restriction or has_history):
            assert each.chosen >= today or each.point in passed


@pytest.mark.feature(28)
@settings(many, max_examples=1000)
@given(situations(), pauses())
def test_the_reasons_alone_lead_to_the_same_day(situation, held):
    found = planned(situation, pauses=held)
    days = days_of(found)

    for each in found.activities:
        if each.target is None:
            assert each.why == ()
            continue
        assert each.why[-1].gives == days[each.point]
        assert recompute(each, days, situation[2]) == days[each.point]


@many
@given(situations())
def test_planning_twice_gives_the_same_plan(situation):
    assert planned(situation) == planned(situation)


@many
@given(situations())
def test_the_order_of_the_facts_does_not_matter(situation):
    made, facts, open_days, today = situation

    assert planned(situation) == planned((made, tuple(reversed(facts)), open_days, today))


@pytest.mark.feature(16)
@many
@given(situations(months=False), st.integers(-60, 60))
def test_shifting_all_facts_by_weeks_shifts_everything_counted_in_days(situation, weeks):
    made, facts, _, _ = situation
    shift = weeks * WEEK
    shifted = tuple(Fact(point=f.point, on=f.on + shift, kind=f.kind) for f in facts)
    before = plan(*facts, on=made)
    after = plan(*shifted, on=made)

    for old, new in zip(before.activities, after.activities, strict=True):
        assert old.point == new.point
        for name in ("target", "opens", "closes", "chosen"):
            was = getattr(old, name)
            assert getattr(new, name) == (was + shift if was else None)
    assert len(before.conflicts) == len(after.conflicts)


@many
@given(situations(), pauses())
def test_planning_with_the_chosen_days_as_facts_changes_no_day(situation, held):
    made, facts, open_days, _ = situation
    first = plan(*facts, on=made, open_days=open_days, pauses=held)
    booked = tuple(
        Fact(point=each.point, on=each.chosen, kind=each.fact or FactKind.BOOKED)
        for each in first.activities
        if each.chosen
    )
    again = plan(*booked, on=made, open_days=open_days, pauses=held)

    for old, new in zip(first.activities, again.activities, strict=True):
        if old.chosen:
            assert new.chosen == old.chosen


def excludes(clauses):
    """Tell by brute force whether the clauses, all alone, leave no possible days."""
    arcs = [arc for clause in clauses for arc in arcs_of(clause)]
    names = sorted({name for start, end, _ in arcs for name in (start, end)})
    numbered = [(names.index(start), names.index(end), days) for start, end, days in arcs]
    reach = shortest(len(names), numbered)
    return any(reach[place][place] < 0 for place in range(len(names)))


def arcs_of(clause):
    """Return "end at most so many days after start"; the calendar begins at the empty name."""
    if clause.bound == "fact":
        day = clause.on.toordinal()
        return [("", clause.later, day), (clause.later, "", -day)]
    if clause.bound == "today":
        return [(clause.later, "", -clause.on.toordinal())]
    if clause.bound == "min":
        return [(clause.later, clause.earlier, -clause.days)]
    return [(clause.earlier, clause.later, clause.days)]


@many
@given(situations(), pauses())
def test_the_clauses_of_a_contradiction_exclude_each_other_and_none_is_too_many(situation, held):
    for conflict in planned(situation, pauses=held).conflicts:
        if conflict.kind is ConflictKind.NO_OPEN_DAY:
            continue
        assert excludes(conflict.because)
        for place in range(len(conflict.because)):
            rest = conflict.because[:place] + conflict.because[place + 1 :]
            assert not excludes(rest)


@many
@given(situations(), pauses())
def test_a_contradiction_is_told_once_and_its_way_out_is_no_contradiction(situation, held):
    made, facts, open_days, _ = situation
    found = plan(*facts, on=made, open_days=open_days, pauses=held)
    contradictions = [c for c in found.conflicts if c.kind is ConflictKind.CONTRADICTION]

    assert len({c.because for c in contradictions}) == len(contradictions)
    if len(contradictions) == 1 and contradictions[0].nearest:
        (conflict,) = contradictions
        moved = tuple(
            Fact(point=f.point, on=conflict.nearest[0], kind=f.kind)
            if f.point == conflict.point
            else f
            for f in facts
        )
        again = plan(*moved, on=made, open_days=open_days, pauses=held)
        # What merely hangs on the moved point may now be out of its own window, and says so itself.
        assert conflict.point not in {
            c.point for c in again.conflicts if c.kind is ConflictKind.CONTRADICTION
        }


@many
@given(situations(), pauses())
def test_the_clauses_say_by_how_many_days_a_point_is_off(situation, held):
    made, facts, open_days, _ = situation
    found = plan(*facts, on=made, open_days=open_days, pauses=held)

    for conflict in found.conflicts:
        if conflict.kind is ConflictKind.CONTRADICTION:
            assert conflict.days_off
            moved = [
                clause
                if clause.bound != "fact" or clause.later != conflict.point
                else type(clause)(
                    bound="fact",
                    later=clause.later,
                    on=clause.on - timedelta(days=conflict.days_off),
                    fact=clause.fact,
                )
                for clause in conflict.because
            ]
            assert not excludes(moved)


@many
@given(situations(months=False), st.integers(1, 8))
def test_shifting_one_anchor_shifts_what_hangs_on_it_alone(situation, weeks):
    made, facts, _, _ = situation
    only = Fact(point="a0", on=facts[0].on, kind=FactKind.HAPPENED)
    later = Fact(point="a0", on=only.on + weeks * WEEK, kind=FactKind.HAPPENED)
    before, after = days_of(plan(only, on=made)), days_of(plan(later, on=made))

    assert {point: day + weeks * WEEK for point, day in before.items() if day} == {
        point: day for point, day in after.items() if day
    }
