import json
from io import StringIO
from time import process_time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from journeys.planning.documents import protocol_paths


def run(*arguments):
    out = StringIO()
    call_command("plan", *arguments, stdout=out)
    return out.getvalue()


def plan(*arguments):
    return json.loads(run(*arguments, "--json"))


def of(planned, code, occurrence=1):
    return next(
        each
        for each in planned["activities"]
        if (each["code"], each["occurrence"]) == (code, occurrence)
    )


def refusal(*arguments):
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("plan", *arguments, stdout=out)
    assert out.getvalue() == ""
    return str(caught.value)


def test_the_plan_is_printed_in_its_published_shape():
    planned = plan("axi-cel-lbcl", "--region", "eu", "--on", "infusion=2026-03-10")

    assert list(planned) == ["protocol", "version", "activities", "conflicts"]
    assert (planned["protocol"], planned["version"]) == ("axi-cel-lbcl", 2)
    visit = of(planned, "return_visit")
    assert list(visit) == [
        "code",
        "stage",
        "occurrence",
        "target",
        "opens",
        "closes",
        "chosen",
        "why",
    ]
    assert visit["stage"] == "return_visit"
    assert (visit["target"], visit["chosen"]) == ("2026-04-07", "2026-04-07")
    assert (visit["opens"], visit["closes"]) == ("2026-03-31", "2026-04-14")
    assert all(isinstance(sentence, str) for sentence in visit["why"])
    assert planned["conflicts"] == []


@pytest.mark.feature(28)
def test_every_dated_activity_says_why():
    planned = plan("car-t-standard", "--on", "referral=2026-01-07")

    assert all(each["why"] for each in planned["activities"])
    assert "28 days" in of(planned, "return_visit")["why"][0]


def test_what_no_fact_reaches_has_no_dates():
    visit = of(plan("car-t-standard"), "return_visit")

    assert [visit[name] for name in ("target", "opens", "closes", "chosen")] == [None] * 4
    assert visit["why"] == []


def test_a_stage_can_be_named_by_its_ends():
    by_stage = plan("car-t-standard", "--on", "monitoring.end=2026-03-24")
    by_activity = plan("car-t-standard", "--on", "discharge=2026-03-24")

    assert by_stage == by_activity
    assert of(by_stage, "return_visit")["target"] == "2026-04-21"


def test_an_occurrence_can_be_named_by_its_number():
    planned = plan("axi-cel-lbcl", "--on", "infusion=2026-03-10", "--on", "year#2=2028-03-14")

    assert of(planned, "year", 2)["chosen"] == "2028-03-14"


def test_visits_give_way_to_the_weekend_and_to_closed_days():
    weekend = plan("axi-cel-lbcl", "--on", "infusion=2026-03-10")
    holiday = plan("axi-cel-lbcl", "--on", "infusion=2026-03-10", "--closed", "2026-09-07")

    assert of(weekend, "month_6")["target"] == "2026-09-06"
    assert of(weekend, "month_6")["chosen"] == "2026-09-07"
    assert of(holiday, "month_6")["chosen"] == "2026-09-08"


def test_an_infusion_before_the_product_arrives_is_explained_with_the_nearest_days():
    planned = plan(
        "car-t-standard",
        "--on",
        "leukapheresis=2026-02-02",
        "--on",
        "product_received=2026-03-08",
        "--on",
        "infusion=2026-03-03",
        "--today",
        "2026-02-20",
    )

    (conflict, *_) = planned["conflicts"]
    assert list(conflict) == ["message", "because", "nearest"]
    assert "3 Mar" in conflict["message"] or "March 3" in conflict["message"]
    assert len(conflict["because"]) > 1
    assert conflict["nearest"]
    assert of(planned, "infusion")["chosen"] == "2026-03-03"


def test_a_region_changes_the_rules():
    eu = plan("cilta-cel-mm", "--region", "eu", "--on", "infusion=2026-03-10")
    us = plan("cilta-cel-mm", "--region", "us", "--on", "infusion=2026-03-10")

    assert of(eu, "driving_ends")["chosen"] == "2026-05-05"
    assert of(us, "driving_ends")["chosen"] == "2026-03-24"


def test_without_json_a_person_gets_a_table():
    text = run(
        "car-t-standard",
        "--on",
        "product_received=2026-03-08",
        "--on",
        "infusion=2026-03-03",
    )

    assert text.startswith("CAR T-cell therapy, standard journey · car-t-standard 3\n")
    assert "2026-03-03" in text
    assert "Yearly visit 15" in text
    assert "\n! " in text


def test_the_table_shows_what_has_no_date_and_the_way_out_of_a_conflict():
    undated = run("car-t-standard")
    conflict = run(
        "car-t-standard",
        "--on",
        "product_received=2026-03-09",
        "--on",
        "infusion=2026-03-03",
        "--today",
        "2026-02-20",
    )

    assert "Return visit" in undated
    assert "20" not in undated.replace("return_visit", "")
    assert "nearest possible days: 2026-03-13" in conflict


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["car-t-standart"],
            "there is no protocol 'car-t-standart'; did you mean 'car-t-standard'?; there are "
            + ", ".join(path.stem for path in protocol_paths(settings.PROTOCOLS_DIR)),
        ),
        (
            ["car-t-standard", "--version", "9"],
            "car-t-standard has no version 9 on file; there is 3",
        ),
        (
            ["car-t-standard", "--track", "short-6"],
            "no follow-up track 'short-6'; there are standard-15, short-5, registry",
        ),
        (["axi-cel-lbcl", "--track", "x"], "no follow-up track 'x'; the protocol has no tracks"),
        (
            ["car-t-standard", "--hold", "2026-03-10"],
            "'2026-03-10' is not a hold; write DATE..DATE like 2026-03-10..2026-03-20",
        ),
        (
            ["car-t-standard", "--hold", "2026-03-10..2026-03-09"],
            "a pause from 2026-03-10 cannot end on 2026-03-09",
        ),
        (["car-t-standard", "--region", "se"], "car-t-standard covers eu, us, not se"),
        (
            ["car-t-standard", "--on", "infusion=2026-02-30"],
            "2026-02-30 is not a date in the calendar",
        ),
        (
            ["car-t-standard", "--on", "infusion=30/02/2026"],
            "30/02/2026 is not a date; write year, month and day like 2026-02-28",
        ),
        (
            ["car-t-standard", "--on", "infusion"],
            "'infusion' is not a fact; write POINT=DATE like infusion=2026-03-10",
        ),
        (
            ["car-t-standard", "--on", "=2026-03-10"],
            "'=2026-03-10' is not a fact; write POINT=DATE like infusion=2026-03-10",
        ),
        (["car-t-standard", "--today", "2026-13-01"], "2026-13-01 is not a date in the calendar"),
        (["car-t-standard", "--closed", "2026-02-30"], "2026-02-30 is not a date in the calendar"),
        (
            ["car-t-standard", "--on", "infusion=9999-12-30"],
            "9999-12-30 is not in the years 1900 to 2199",
        ),
    ],
)
def test_bad_input_gets_one_clear_sentence_and_prints_nothing(arguments, sentence):
    assert refusal(*arguments, "--json") == sentence


def test_an_unknown_point_is_refused_with_a_suggestion():
    sentence = refusal("car-t-standard", "--on", "infusoin=2026-03-10")

    assert "infusoin" in sentence
    assert "infusion" in sentence


def test_two_different_days_for_one_point_are_refused():
    sentence = refusal(
        "car-t-standard", "--on", "discharge=2026-03-24", "--on", "monitoring.end=2026-03-25"
    )

    assert "discharge" in sentence


def test_an_infusion_before_there_was_a_label_is_refused():
    assert "no label rule gives" in refusal("axi-cel-lbcl", "--on", "infusion=2010-01-04")


def test_a_bad_file_is_named(settings, tmp_path):
    settings.PROTOCOLS_DIR = tmp_path
    (tmp_path / "short-stay.yaml").write_text("code: short-stay\n", "utf-8")

    assert refusal("short-stay").startswith("short-stay.yaml line 1: ")


def test_a_protocol_that_reaches_past_the_calendar_is_refused(settings, tmp_path):
    text = (settings.PROTOCOLS_DIR / "axi-cel-lbcl.yaml").read_text("utf-8")
    settings.PROTOCOLS_DIR = tmp_path
    (tmp_path / "axi-cel-lbcl.yaml").write_text(
        text.replace("repeat: {count: 15, every: P1Y}", "repeat: {count: 100, every: P100Y}"),
        "utf-8",
    )

    sentence = refusal("axi-cel-lbcl", "--on", "infusion=2026-03-10")

    assert sentence == "the plan would leave the calendar"


CODES = [path.stem for path in protocol_paths(settings.PROTOCOLS_DIR)]


@pytest.mark.parametrize("code", CODES)
def test_every_protocol_is_planned_in_less_than_a_second(code):
    plan(code)  # whatever is loaded once has been loaded

    # Of this process alone, so that a busy machine makes no difference.
    started = process_time()
    assert plan(code, "--on", "infusion=2026-03-10")["activities"]
    assert process_time() - started < 1


def test_a_track_may_be_chosen():
    short = plan("car-t-standard", "--on", "infusion=2026-03-10", "--track", "short-5")

    assert [each["occurrence"] for each in short["activities"] if each["code"] == "year"] == [
        *range(1, 6)
    ]


@pytest.mark.feature(21)
def test_a_hold_is_told_in_the_reasons():
    held = plan(
        "car-t-standard", "--on", "leukapheresis=2026-01-12", "--hold", "2026-01-20..2026-01-30"
    )

    product = of(held, "product_received")
    assert (product["target"], product["closes"]) == ("2026-02-19", "2026-05-22")
    assert product["why"][1] == "+ 10 days on hold = 19 February 2026"
