"""Follow-up tracks: which visits each has, and what happens to those of another."""

from dataclasses import replace
from datetime import date

import pytest

from journeys.planning.domain.lint import lint_protocol
from journeys.planning.domain.points import UnknownPoint
from journeys.planning.domain.protocol import Evidence, GateItem, Track, UnknownTrack
from journeys.planning.domain.tracks import left_out
from tests.planning.domain.protocols import (
    CAR_T,
    activity,
    booked,
    by_point,
    happened,
    plan,
    protocol,
    repeat,
    stage,
)

INFUSED = happened("infusion", date(2026, 3, 2))
YEARS = {"long": tuple(range(1, 16)), "short": (1, 2, 3), "sparse": (1, 2, 8)}


def tracked(*extra, years=YEARS, codes=("long", "short", "sparse")):
    return replace(
        protocol(
            activity("infusion"),
            activity("year", "infusion", "P1Y", "-P30D", "P60D", repeat=repeat(years, "P1Y")),
            *extra,
            stages=(stage("only", "infusion", "year#last"),),
        ),
        tracks=tuple(Track(code=code, title={"en": code}) for code in codes),
    )


MADE = tracked(activity("scan", "infusion", "P90D", tracks=("long",)))


def points(*facts, on=MADE, **changes):
    return [each.point for each in plan(INFUSED, *facts, on=on, **changes).activities]


@pytest.mark.feature(6)
@pytest.mark.parametrize(
    ("track", "visits"), [("long", list(range(1, 16))), ("short", [1, 2, 3]), ("sparse", [1, 2, 8])]
)
def test_each_track_has_its_years(track, visits):
    found = plan(INFUSED, on=MADE, track=track).activities

    assert [each.occurrence for each in found if each.code == "year"] == visits


@pytest.mark.feature(6)
def test_the_visit_of_a_year_is_the_same_one_on_every_track():
    long, sparse = (by_point(plan(INFUSED, on=MADE, track=code)) for code in ("long", "sparse"))

    assert sparse["year#8"] == long["year#8"]
    assert sparse["year#8"].target == date(2034, 3, 2)


def test_without_a_choice_the_first_track_is_taken():
    assert points() == points(track="long")


def test_a_protocol_without_tracks_takes_none():
    assert plan(INFUSED) == plan(INFUSED, track="")
    with pytest.raises(UnknownTrack, match="has no tracks"):
        plan(INFUSED, track="long")


def test_an_unknown_track_is_refused_with_those_there_are():
    with pytest.raises(UnknownTrack, match="there are long, short, sparse"):
        plan(INFUSED, on=MADE, track="endless")


def test_an_activity_may_be_on_some_tracks_only():
    assert "scan" in points(track="long")
    assert "scan" not in points(track="short")


@pytest.mark.feature(6)
def test_what_was_done_on_another_track_stays():
    done = (happened("year#5", date(2031, 3, 3)), happened("scan", date(2026, 6, 1)))

    found = by_point(plan(INFUSED, *done, on=MADE, track="short"))

    assert found["year#5"].chosen == date(2031, 3, 3)
    assert found["scan"].chosen == date(2026, 6, 1)
    assert "year#4" not in found


def test_the_last_visit_is_that_of_the_track():
    long, sparse = (plan(INFUSED, on=MADE, track=code).stages[0] for code in ("long", "sparse"))

    assert (long.end_point, sparse.end_point) == ("year#15", "year#8")


@pytest.mark.parametrize("point", ["year#16", "year#0", "scan#2", "other"])
def test_no_track_has_just_any_occurrence(point):
    with pytest.raises(UnknownPoint):
        plan(INFUSED, booked(point, date(2030, 1, 7)), on=MADE, track="short")


@pytest.mark.feature(6)
def test_what_a_track_leaves_out_can_be_asked():
    asked = ["infusion", "year", "year#3", "year#8", "scan", "unscheduled"]

    assert left_out(MADE, asked, track="long") == set()
    assert left_out(MADE, asked, track="short") == {"year#8", "scan"}
    assert left_out(MADE, asked, track="sparse") == {"year#3", "scan"}
    assert left_out(CAR_T, asked, track="") == set()
    with pytest.raises(UnknownTrack):
        left_out(MADE, asked, track="endless")


def told(made):
    return [(p.kind.value, p.path, *p.names) for p in lint_protocol(made, {})]


def test_sound_tracks_have_no_problems():
    assert told(MADE) == []


def test_a_track_used_twice_is_found():
    assert told(tracked(codes=("long", "short", "sparse", "long"))) == [
        ("duplicate_code", "tracks.long.code", "long")
    ]


def test_an_unknown_track_is_found_where_it_is_named():
    made = tracked(
        activity("scan", "infusion", "P90D", tracks=("endless",)), years={**YEARS, "other": (1,)}
    )

    assert told(made) == [
        ("unknown_track", "activities.year.repeat.count.tracks.other", "other"),
        ("unknown_track", "activities.scan.tracks", "endless"),
    ]


def test_a_track_without_a_number_is_found():
    made = tracked(years={"long": (1,), "short": (1,)})

    assert told(made) == [("missing_track", "activities.year.repeat.count", "sparse")]


def test_a_track_without_follow_up_is_found():
    made = replace(
        protocol(
            activity("infusion", stage="first"),
            activity("year", "infusion", "P1Y", tracks=("long",), stage="last"),
            stages=(stage("first", "infusion", "infusion"), stage("last", "infusion", "infusion")),
        ),
        tracks=tuple(Track(code=code, title={"en": code}) for code in ("long", "none")),
    )

    assert told(made) == [("track_without_follow_up", "tracks.none", "none")]


def test_a_point_that_one_track_lacks_is_found():
    made = tracked(activity("talk", "year#3", "P7D"))

    assert ("unknown_point", "activities.talk.anchor") in {row[:2] for row in told(made)}


def test_an_item_of_a_gate_named_twice_is_found():
    item = GateItem(code="consent", title={"en": "Consent"}, evidence=Evidence.SIGNATURE)
    made = protocol(activity("start"))
    made = replace(made, stages=(replace(made.stages[0], gate=(item, item)),))

    assert told(made) == [("duplicate_code", "stages.only.gate.1.code", "consent")]
