"""The planner's reasons as plain sentences."""

from dataclasses import replace
from datetime import date

import pytest

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.lint import lint_protocol
from journeys.planning.domain.plan import Clause, FactKind, Step, StepKind
from journeys.planning.domain.problems import Problem, ProblemKind
from journeys.planning.labels import clause_text, conflict_message, problem_text, step_text
from tests.planning.domain.protocols import (
    CAR_T,
    activity,
    between,
    booked,
    by_point,
    expected,
    happened,
    locked,
    plan,
    protocol,
    repeat,
)

TITLES = {"infusion": "infusion", "visit": "four-week visit"}
INFUSED = happened("infusion", date(2026, 2, 27))
FEBRUARY_27 = date(2026, 2, 27)


def step(kind, **changes):
    return Step(kind=kind, gives=FEBRUARY_27, **changes)


@pytest.mark.feature(28)
@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (FactKind.HAPPENED, "infusion (happened 27 February 2026) + 28 days = 27 March 2026"),
        (FactKind.BOOKED, "infusion (booked for 27 February 2026) + 28 days = 27 March 2026"),
        (FactKind.LOCKED, "infusion (fixed for 27 February 2026) + 28 days = 27 March 2026"),
        (FactKind.EXPECTED, "infusion (expected 27 February 2026) + 28 days = 27 March 2026"),
        (None, "infusion (planned for 27 February 2026) + 28 days = 27 March 2026"),
    ],
)
def test_an_offset_is_a_sum(fact, words):
    offset = Step(
        kind=StepKind.OFFSET,
        gives=date(2026, 3, 27),
        anchor="infusion",
        anchor_on=FEBRUARY_27,
        anchor_fact=fact,
        offset="P28D",
    )

    assert step_text(offset, TITLES) == words


@pytest.mark.parametrize(
    ("offset", "sum_of"),
    [
        ("P0D", "+ 0 days"),
        ("P1D", "+ 1 day"),
        ("-P5D", "- 5 days"),
        ("P1Y", "+ 1 year"),
        ("P15Y", "+ 15 years"),
        ("P6M", "+ 6 months"),
        ("P1Y1M1D", "+ 1 year 1 month 1 day"),
    ],
)
def test_a_span_is_said_in_its_own_units(offset, sum_of):
    text = step_text(step(StepKind.OFFSET, anchor="infusion", offset=offset), TITLES)

    assert f" {sum_of} = 27 February 2026" in text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            step(StepKind.FACT, anchor="infusion", anchor_fact=FactKind.HAPPENED),
            "infusion happened on 27 February 2026",
        ),
        (
            step(StepKind.FLOOR, because="never before day 366", source="a guideline"),
            "not before 27 February 2026: never before day 366 (source: a guideline)",
        ),
        (
            step(StepKind.FLOOR, anchor="infusion", anchor_on=date(2026, 2, 1)),
            "not before 27 February 2026: infusion (planned for 1 February 2026)",
        ),
        (
            step(StepKind.CEILING, because="do not wait longer"),
            "not after 27 February 2026: do not wait longer",
        ),
        (step(StepKind.TODAY), "not in the past: 27 February 2026"),
        (
            step(StepKind.TODAY, anchor="visit"),
            "not before 27 February 2026, so that four-week visit does not lie in the past",
        ),
        (
            step(StepKind.CEILING, because="do not wait longer", held=1),
            "not after 27 February 2026: do not wait longer (with 1 day on hold)",
        ),
        (step(StepKind.PAUSED, held=10), "+ 10 days on hold = 27 February 2026"),
        (step(StepKind.AWAITING_RESUME), "awaiting resume: on hold since 27 February 2026"),
        (step(StepKind.OPEN_DAY), "closed on that day, so 27 February 2026"),
        (
            step(StepKind.OPEN_DAY, because="Epiphany"),
            "closed on that day (Epiphany), so 27 February 2026",
        ),
    ],
)
def test_each_step_is_a_sentence(said, words):
    assert step_text(said, TITLES) == words


@pytest.mark.parametrize(
    ("bound", "days", "words"),
    [
        ("min", 7, "four-week visit must come at least 7 days after infusion"),
        ("max", 7, "four-week visit must come at most 7 days after infusion"),
        ("min", -7, "four-week visit must come at most 7 days before infusion"),
        ("max", -7, "four-week visit must come at least 7 days before infusion"),
        ("min", 0, "four-week visit must not come before infusion"),
        ("max", 0, "four-week visit must not come after infusion"),
    ],
)
def test_a_limit_never_counts_below_zero(bound, days, words):
    clause = Clause(bound=bound, earlier="infusion", later="visit", days=days)

    assert clause_text(clause, TITLES) == words
    assert clause_text(replace(clause, why="its own words"), TITLES) == "its own words"


@pytest.mark.feature(21)
def test_a_limit_that_a_hold_stretched_says_by_how_much():
    clause = Clause(bound="max", earlier="infusion", later="visit", days=24, held=10)
    backwards = replace(clause, bound="min", days=-24)

    assert clause_text(clause, TITLES) == (
        "four-week visit must come at most 24 days after infusion (with 10 days on hold)"
    )
    assert clause_text(replace(clause, why="at most 14 days after"), TITLES) == (
        "at most 14 days after (here 24 days, with 10 days on hold)"
    )
    assert clause_text(backwards, TITLES) == (
        "four-week visit must come at most 24 days before infusion (with 10 days on hold)"
    )


@pytest.mark.feature(18)
def test_a_contradiction_is_one_sentence_with_the_days_it_is_off():
    facts = (booked("infusion", date(2026, 3, 3)), expected("product_received", date(2026, 3, 8)))
    (conflict,) = plan(*facts).conflicts
    titles = {"product_received": "the product", "lymphodepletion": "lymphodepletion"} | TITLES

    assert conflict_message(conflict, titles) == (
        "Infusion is booked for 3 March 2026, which is 11 days too early: lymphodepletion must "
        "come at least 5 days before infusion, the product must be on site before lymphodepletion "
        "and the product is expected on 8 March 2026."
    )


def test_a_date_fixed_too_late_says_by_how_much():
    (conflict,) = plan(INFUSED, locked("day_100", date(2026, 6, 25))).conflicts

    assert "which is 3 days too late" in conflict_message(conflict, TITLES)


def test_a_window_without_open_day_is_one_sentence():
    closed = OpenDays(frozenset(range(7)), {})
    made = protocol(activity("infusion"), activity("visit", "infusion", "P28D"))
    (conflict,) = plan(INFUSED, on=made, open_days=closed).conflicts

    assert conflict_message(conflict, TITLES) == (
        "Four-week visit has no open day in its window: infusion happened on 27 February 2026, "
        "four-week visit must come at least 28 days after infusion and four-week visit must come "
        "at most 28 days after infusion."
    )


def test_a_window_that_has_passed_is_one_sentence():
    made = protocol(activity("infusion"), activity("visit", "infusion", "P28D"))
    (conflict,) = plan(INFUSED, on=made, today=date(2026, 5, 1)).conflicts

    assert conflict_message(conflict, TITLES) == (
        "The last possible day for four-week visit has passed: infusion happened on 27 February "
        "2026 and four-week visit must come at most 28 days after infusion."
    )
    assert clause_text(conflict.because[-1], TITLES) == (
        "four-week visit cannot lie before today, 1 May 2026"
    )


def test_the_whole_journey_explains_itself_without_an_empty_word():
    found = plan(happened("referral", date(2026, 1, 5)), today=date(2026, 2, 1))
    titles = {each.point: each.point for each in found.activities}

    for each in by_point(found).values():
        assert each.why
        for said in each.why:
            assert "  " not in step_text(said, titles)
            assert "()" not in step_text(said, titles)


def test_every_kind_of_problem_has_words():
    for kind in ProblemKind:
        names = ("first", "second") if kind is not ProblemKind.CONTRADICTION else ()
        text = problem_text(Problem(kind=kind, path="activities", key=("activities",), names=names))
        assert text
        assert "%(" not in text


@pytest.mark.parametrize(
    ("defined", "changes", "words"),
    [
        (activity("visit", "strat"), {}, "there is no point strat; did you mean start?"),
        (activity("visit", "zzz"), {}, "there is no point zzz"),
        (
            activity("visit", "start", repeat=repeat(0, "P1D")),
            {"stages": CAR_T.stages[:0]},
            "there is no stage only",
        ),
        (
            activity("visit", "start", "P7D"),
            {"constraints": (between("start", "visit", "P9D"),)},
            "these limits contradict each other: visit must come at most 7 days after start; "
            "visit must come at least 9 days after start",
        ),
    ],
)
def test_a_problem_is_a_sentence(defined, changes, words):
    problem = lint_protocol(protocol(activity("start"), defined, **changes), {})[-1]

    assert problem_text(problem) == words


def test_a_missing_label_rule_says_since_when():
    def missing(*names):
        return Problem(kind=ProblemKind.MISSING_RULE, path="x", key=("x",), names=names)

    assert problem_text(missing("driving")) == (
        "there is no label rule driving for this product and region"
    )
    assert problem_text(missing("driving", "2025-01-01")) == (
        "the label rule driving has no value from 2025-01-01 on"
    )
