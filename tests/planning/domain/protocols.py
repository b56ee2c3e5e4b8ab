"""A small CAR T protocol for the planner's tests, with builders that say only what differs."""

from datetime import date

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.plan import make_plan
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    ActivityKind,
    Constraint,
    LabelRule,
    NotBefore,
    Protocol,
    Repeat,
    Roll,
    RuleValue,
    StageDefinition,
    Window,
)

ALWAYS_OPEN = OpenDays(frozenset(), {})
WEEKDAYS = OpenDays(frozenset({5, 6}), {})
DRIVING = "driving_days"
CHECKS = "daily_check_days"
RULES = {
    DRIVING: (
        LabelRule(
            key=DRIVING,
            days=56,
            valid_from=date(2018, 1, 1),
            valid_to=date(2025, 6, 26),
            source="label 2018",
        ),
        LabelRule(key=DRIVING, days=14, valid_from=date(2025, 6, 26), source="label 2025"),
    ),
    CHECKS: (LabelRule(key=CHECKS, days=10, valid_from=date(2018, 1, 1), source="label 2018"),),
}


def days(text):
    return Duration.parse(text)


def window(opens, closes, measured_from="target"):
    return Window(opens=days(opens), closes=days(closes), measured_from=measured_from)


def activity(code, anchor=None, offset="P0D", opens="P0D", closes="P0D", **changes):
    """Define an activity whose spans are written as text."""
    measured_from = changes.pop("measured_from", "target")
    defaults = {
        "stage": "only",
        "title": {"en": code.replace("_", " ")},
        "kind": ActivityKind.PROCEDURE,
        "offset": days(offset) if isinstance(offset, str) else offset,
        "window": window(opens, closes, measured_from),
    }
    return ActivityDefinition(code=code, anchor=anchor, **(defaults | changes))


def repeat(count, every):
    return Repeat(count=count, every=days(every))


def protocol(*activities, constraints=(), stages=None, regions=("eu",)):
    """Put activities into a protocol; one stage spans them all unless stages are given."""
    if stages is None:
        ends = {"starts_with": activities[0].code, "ends_with": activities[-1].code}
        stages = (StageDefinition(code="only", title={"en": "Only"}, **ends),)
    return Protocol(
        code="test",
        version=1,
        title={"en": "Test"},
        product=None,
        regions=regions,
        stages=tuple(stages),
        activities=tuple(activities),
        constraints=tuple(constraints),
    )


def between(earlier, later, least=None, most=None, **changes):
    return Constraint(
        earlier=earlier,
        later=later,
        min=days(least) if least else None,
        max=days(most) if most else None,
        **changes,
    )


def happened(point, on):
    return Fact(point=point, on=on, kind=FactKind.HAPPENED)


def booked(point, on):
    return Fact(point=point, on=on, kind=FactKind.BOOKED)


def locked(point, on):
    return Fact(point=point, on=on, kind=FactKind.LOCKED)


def expected(point, on):
    return Fact(point=point, on=on, kind=FactKind.EXPECTED)


def stage(code, starts_with, ends_with):
    return StageDefinition(
        code=code, title={"en": code}, starts_with=starts_with, ends_with=ends_with
    )


def car_t():
    """The mission's seven stages, with the return visit four weeks after discharge."""
    visit = {"kind": ActivityKind.VISIT, "stage": "follow_up"}
    return protocol(
        activity("referral", stage="referral"),
        activity("leukapheresis", "referral", "P14D", "-P7D", "P14D", stage="collection"),
        activity(
            "product_received",
            "leukapheresis",
            "P28D",
            "-P7D",
            "P60D",
            stage="manufacturing",
            kind=ActivityKind.PRODUCT,
        ),
        activity(
            "lymphodepletion",
            "infusion",
            "-P5D",
            "-P2D",
            "P0D",
            stage="lymphodepletion",
            kind=ActivityKind.TREATMENT,
            roll=Roll.EXACT,
            repeat=repeat(3, "P1D"),
        ),
        activity(
            "infusion",
            "product_received",
            "P12D",
            "-P5D",
            "P30D",
            stage="infusion",
            roll=Roll.LATER,
        ),
        activity(
            "daily_check",
            "infusion",
            "P1D",
            stage="monitoring",
            kind=ActivityKind.CHECK,
            roll=Roll.EXACT,
            repeat=repeat(RuleValue(CHECKS), "P1D"),
        ),
        activity("discharge", "infusion", "P14D", "-P4D", "P21D", stage="monitoring"),
        activity(
            "return_visit",
            "discharge",
            "P28D",
            "-P7D",
            "P7D",
            stage="return",
            kind=ActivityKind.VISIT,
        ),
        activity(
            "no_driving_until",
            "infusion",
            RuleValue(DRIVING),
            stage="return",
            kind=ActivityKind.RESTRICTION,
        ),
        activity("day_100", "infusion", "P100D", "P85D", "P115D", measured_from="anchor", **visit),
        activity("month_6", "infusion", "P6M", "-P30D", "P30D", **visit),
        activity(
            "year",
            "infusion",
            "P1Y",
            "-P60D",
            "P60D",
            repeat=repeat(15, "P1Y"),
            not_before=(
                NotBefore(anchor="infusion", offset=days("P366D"), why="never before day 366"),
            ),
            **visit,
        ),
        constraints=(
            between(
                "product_received",
                "lymphodepletion.start",
                "P1D",
                why="the product must be on site before lymphodepletion",
            ),
            between(
                "lymphodepletion.end",
                "infusion.start",
                "P2D",
                "P14D",
                why="lymphodepletion must end 2 to 14 days before the infusion",
            ),
        ),
        stages=(
            stage("referral", "referral", "leukapheresis"),
            stage("collection", "leukapheresis", "leukapheresis"),
            stage("manufacturing", "collection.end", "product_received"),
            stage("lymphodepletion", "lymphodepletion", "lymphodepletion#last"),
            stage("infusion", "infusion", "infusion"),
            stage("monitoring", "infusion", "discharge"),
            stage("return", "discharge", "return_visit"),
            stage("follow_up", "return_visit", "year#last"),
        ),
    )


CAR_T = car_t()


def plan(*facts, on=CAR_T, **changes):
    """Plan with a centre that never closes and without a clock, unless a test says otherwise."""
    defaults = {"region": "eu", "rules": RULES, "open_days": ALWAYS_OPEN, "today": None}
    return make_plan(on, facts=facts, **(defaults | changes))


def by_point(planned):
    return {found.point: found for found in planned.activities}
