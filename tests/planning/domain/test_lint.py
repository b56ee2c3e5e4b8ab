"""Every mistake in a protocol is found, with its place."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.planning.domain.compiled import compile_protocol
from journeys.planning.domain.limits import NotInDays
from journeys.planning.domain.lint import lint_protocol
from journeys.planning.domain.problems import ProblemKind
from journeys.planning.domain.protocol import (
    Constraint,
    LabelRule,
    NotAfter,
    NotBefore,
    Repeat,
    RuleValue,
)
from tests.planning.domain.protocols import (
    CAR_T,
    CHECKS,
    DRIVING,
    RULES,
    activity,
    between,
    days,
    happened,
    plan,
    protocol,
    repeat,
    stage,
)
from tests.planning.domain.strategies import DAY_0, activities


def problems(*defined, rules=None, region=None, **changes):
    made = protocol(activity("start"), *defined, **changes)
    return lint_protocol(made, rules or {}, region=region)


def told(found):
    return [(problem.kind.value, problem.path, *problem.names) for problem in found]


def test_a_sound_protocol_has_no_problems():
    assert lint_protocol(CAR_T, RULES) == ()


def test_a_code_used_twice_is_found():
    assert told(problems(activity("visit", "start"), activity("visit", "start"))) == [
        ("duplicate_code", "activities.visit.code", "visit")
    ]


def test_a_stage_used_twice_is_found():
    stages = (stage("only", "start", "visit"), stage("only", "start", "visit"))

    assert told(problems(activity("visit", "start"), stages=stages)) == [
        ("duplicate_code", "stages.only.code", "only")
    ]


def test_an_unknown_stage_is_found():
    assert told(problems(activity("visit", "start", stage="none"))) == [
        ("unknown_stage", "activities.visit.stage", "none")
    ]


def test_an_unknown_region_is_found():
    found = problems(
        activity("visit", "start", regions=("eu", "mars")),
        constraints=(between("start", "visit", "P0D", regions=("moon",)),),
    )

    assert told(found) == [
        ("unknown_region", "activities.visit.regions", "mars"),
        ("unknown_region", "constraints.0.regions", "moon"),
    ]


def test_an_unknown_requirement_is_found():
    assert told(problems(activity("visit", "start", requires=("start", "sart")))) == [
        ("unknown_activity", "activities.visit.requires.1", "sart")
    ]


def test_requirements_in_a_circle_are_found():
    (found,) = problems(
        activity("first", "start", requires=("second",)),
        activity("second", "start", requires=("first",)),
    )

    assert found.kind is ProblemKind.REQUIRES_LOOP
    assert set(found.names) == {"first", "second"}


@pytest.mark.parametrize(
    ("defined", "changes", "path"),
    [
        (activity("visit", "strat"), {}, "activities.visit.anchor"),
        (
            activity("visit", "start", not_before=(NotBefore(anchor="strat", offset=days("P1D")),)),
            {},
            "activities.visit.not_before.0.anchor",
        ),
        (
            activity("visit", "start"),
            {"constraints": (between("strat", "visit", "P0D"),)},
            "constraints.0.earlier",
        ),
        (
            activity("visit", "start"),
            {"constraints": (between("visit", "strat", "P0D"),)},
            "constraints.0.later",
        ),
        (
            activity("visit", "start"),
            {"stages": (stage("only", "start", "strat"),)},
            "stages.only.ends_with",
        ),
    ],
)
def test_an_unknown_point_is_found_wherever_it_stands(defined, changes, path):
    (found,) = problems(defined, **changes)

    assert (found.kind, found.path) == (ProblemKind.UNKNOWN_POINT, path)
    assert found.names[:2] == ("strat", "start")


def test_the_place_is_given_as_in_the_document_too():
    (found,) = problems(activity("visit", "strat"))

    assert found.key == ("activities", 1, "anchor")


def test_stages_that_end_with_each_other_are_found():
    stages = (stage("only", "start", "other.end"), stage("other", "visit", "only.end"))
    found = problems(activity("visit", "start"), stages=stages)

    assert [problem.path for problem in found] == [
        "stages.only.ends_with",
        "stages.other.ends_with",
    ]


def test_an_activity_of_another_region_is_unknown_in_this_one():
    defined = (
        activity("extra", "start", regions=("us",)),
        activity("visit", "extra"),
    )
    found = problems(*defined, regions=("eu", "us"))

    assert told(found) == [("unknown_point", "activities.visit.anchor", "extra")]
    assert problems(*defined, regions=("eu", "us"), region="us") == ()


def test_a_second_activity_without_anchor_is_unreachable():
    assert told(problems(activity("lost"), activity("visit", "start"))) == [
        ("unreachable", "activities.lost.anchor", "lost")
    ]


def test_anchors_in_a_circle_are_found():
    (found,) = problems(activity("first", "second"), activity("second", "first"))

    assert found.kind is ProblemKind.ANCHOR_LOOP
    assert set(found.names) == {"first", "second"}


def test_floors_in_a_circle_are_found():
    def floor(anchor):
        return (NotBefore(anchor=anchor, offset=days("P1D")),)

    (found,) = problems(
        activity("first", "start", not_before=floor("second")),
        activity("second", "start", not_before=floor("first")),
    )

    assert found.kind is ProblemKind.ANCHOR_LOOP


def test_a_ceiling_on_what_others_hang_on_is_found():
    ceiling = NotAfter(anchor="start", offset=days("P9D"))

    (found,) = problems(activity("visit", "start", not_after=(ceiling,)), activity("next", "visit"))

    assert (found.kind.value, found.path) == ("ceiling_not_on_leaf", "activities.visit.not_after")


@pytest.mark.feature(4)
@pytest.mark.parametrize(
    ("defined", "path"),
    [
        (activity("visit", "start", "P1M"), "activities.visit.offset"),
        (activity("visit", "start", opens="-P1M"), "activities.visit.window.opens"),
        (activity("visit", "start", closes="P1M"), "activities.visit.window.closes"),
        (activity("visit", "start", repeat=repeat(2, "P1M")), "activities.visit.repeat.every"),
        (
            activity("visit", "start", not_before=(NotBefore(anchor="start", offset=days("P1M")),)),
            "activities.visit.not_before.0.offset",
        ),
    ],
)
def test_months_at_a_point_that_others_hang_on_are_found(defined, path):
    found = problems(defined, activity("next", "visit"))

    assert [(problem.kind.value, problem.path) for problem in found] == [("not_in_days", path)]
    with pytest.raises(NotInDays):
        compile_protocol(
            protocol(activity("start"), defined, activity("next", "visit")), region="eu", rules=()
        )


def test_months_in_a_constraint_are_found():
    found = problems(
        activity("visit", "start", closes="P90D"),
        activity("other", "start", "P1M", regions=("us",)),
        activity("next", "visit"),
        constraints=(between("start", "visit", "P0D", "P1M"),),
        regions=("eu", "us"),
    )

    assert told(found) == [("not_in_days", "constraints.0.max", "P1M")]


def test_a_window_that_closes_before_it_opens_is_found():
    assert told(problems(activity("visit", "start", "P9D", "P3D", "P2D"))) == [
        ("window_reversed", "activities.visit.window")
    ]


@pytest.mark.parametrize(
    ("opens", "closes", "measured_from"),
    [("P1D", "P9D", "target"), ("-P9D", "-P1D", "target"), ("P8D", "P9D", "anchor")],
)
def test_a_target_outside_its_window_is_found(opens, closes, measured_from):
    found = problems(activity("visit", "start", "P7D", opens, closes, measured_from=measured_from))

    assert told(found) == [("target_outside_window", "activities.visit.window")]


@pytest.mark.parametrize("wrong", [repeat(0, "P1D"), repeat(3, "P0D")])
def test_a_repeat_of_nothing_is_found(wrong):
    found = problems(
        activity("visit", "start", repeat=wrong), stages=(stage("only", "start", "start"),)
    )

    assert told(found) == [("empty_repeat", "activities.visit.repeat")]


@pytest.mark.feature(2)
def test_limits_that_contradict_each_other_are_found_with_the_circle():
    (found,) = problems(
        activity("visit", "start", "P7D", "-P7D", "P3D"),
        activity("next", "visit", closes="P9D"),
        constraints=(between("start", "next", "P30D", why="a month of rest"),),
    )

    assert (found.kind, found.path) == (ProblemKind.CONTRADICTION, "constraints.0")
    assert {(c.bound, c.earlier, c.later, c.days) for c in found.clauses} == {
        ("min", "start", "next", 30),
        ("max", "start", "visit", 10),
        ("max", "visit", "next", 9),
    }


def test_of_several_constraints_the_contradictory_one_is_named():
    (found,) = problems(
        activity("visit", "start", "P7D"),
        constraints=(
            between("start", "start", most="P1D"),
            between("start", "visit", "P9D", "P8D"),
            between("none", "start", "P1D", regions=("us",)),
        ),
        regions=("eu", "us"),
        region="eu",
    )

    assert found.path == "constraints.1"


def test_windows_that_contradict_each_other_are_found_at_the_activity():
    floor = NotBefore(anchor="start", offset=days("P9D"))
    (found,) = problems(
        activity("visit", "start", "P7D", not_before=(floor,)), activity("next", "visit")
    )

    assert (found.kind, found.path) == (ProblemKind.CONTRADICTION, "activities.visit.window")


def rule(days, valid_from, valid_to=None, key=DRIVING):
    return LabelRule(key=key, days=days, valid_from=valid_from, valid_to=valid_to, source="label")


BAN = activity("ban", "start", RuleValue(DRIVING))


@pytest.mark.feature(11)
@pytest.mark.parametrize(
    ("values", "names"),
    [
        ((), (DRIVING,)),
        ((rule(9, date(2020, 1, 1), date(2025, 1, 1)),), (DRIVING, "2025-01-01")),
        (
            (rule(9, date(2020, 1, 1), date(2025, 1, 1)), rule(8, date(2025, 2, 1))),
            (DRIVING, "2025-01-01"),
        ),
    ],
)
def test_a_label_rule_that_is_missing_for_a_time_is_found(values, names):
    found = problems(BAN, rules={DRIVING: values})

    assert told(found) == [("missing_rule", "activities.ban.offset", *names)]


def test_every_use_of_a_missing_rule_is_found():
    checks = activity("check", "start", repeat=Repeat(count=RuleValue(CHECKS), every=days("P1D")))
    limit = Constraint(earlier="start", later="check", min=RuleValue("rest"))
    found = problems(
        checks, constraints=(limit,), stages=(stage("only", "start", "start"),), rules={}
    )

    assert told(found) == [
        ("missing_rule", "activities.check.repeat.count", CHECKS),
        ("missing_rule", "constraints.0.min", "rest"),
    ]


def test_a_contradiction_under_one_of_several_label_rules_is_found():
    limit = Constraint(earlier="start", later="ban", max=RuleValue("longest"))
    values = (rule(9, date(2020, 1, 1), date(2025, 1, 1)), rule(14, date(2025, 1, 1)))
    longest = (rule(10, date(2022, 1, 1), key="longest"),)
    found = problems(BAN, constraints=(limit,), rules={DRIVING: values, "longest": longest})

    assert [problem.kind for problem in found] == [ProblemKind.CONTRADICTION]


def test_a_rule_may_be_counted_backwards():
    before = activity("before", "start", RuleValue(DRIVING, negative=True))
    made = protocol(activity("start"), before)

    found = plan(happened("start", date(2026, 3, 2)), on=made)

    assert found.activities[1].chosen == date(2026, 2, 16)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_protocol_without_problems_can_be_planned(data):
    drawn = [data.draw(activities(place)) for place in range(4)]
    made = protocol(*drawn)

    if not lint_protocol(made, {}):
        assert plan(happened("a0", DAY_0), on=made).activities[0].chosen == DAY_0
