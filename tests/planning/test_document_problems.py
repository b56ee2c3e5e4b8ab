import pytest

from journeys.planning.documents import (
    DocumentProblem,
    read_products_file,
    read_protocol_file,
    read_ruleset_file,
)
from tests.planning.files import PROTOCOL, RULESET


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="short-stay.yaml"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write_file


def problem_with(path, read=read_protocol_file):
    with pytest.raises(DocumentProblem) as caught:
        read(path)
    return caught.value


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        (
            "offset: P28D",
            "offset: 28D",
            "activities[1].offset",
            "'28D' is not a duration; write days like P28D, a year like P1Y",
        ),
        (
            "offset: P28D",
            "offset: P9999999D",
            "activities[1].offset",
            "'P9999999D' is longer than 100 years",
        ),
        ("offset: P28D", "offset: 28", "activities[1].offset", "must be text"),
        (
            "offset: P28D",
            "ofset: P28D",
            "activities[1].ofset",
            "unknown key; did you mean 'offset'?",
        ),
        ("offset: P28D", "colour: red", "activities[1].colour", "unknown key"),
        (
            "{rule: driving_days}",
            "{rul: driving_days}",
            "activities[2].offset",
            "'rule' must be given",
        ),
        (
            "kind: visit\n",
            "kind: vist\n",
            "activities[1].kind",
            "'vist' is not one of decision, procedure, treatment, product, check, visit, "
            "restriction; did you mean 'visit'?",
        ),
        (
            "kind: visit_soon",
            "kind: visit_son",
            "activities[1].reminders[0].kind",
            "'visit_son' is not known; did you mean 'visit_soon'?",
        ),
        (
            "at: 09:30",
            "at: 25:00",
            "activities[1].reminders[0].at",
            "'25:00' is not a time of day like 09:00",
        ),
        (
            "code: driving_ends",
            "code: Driving ends",
            "activities[2].code",
            "'Driving ends' is not a code: lower-case letters and digits, joined by underscores",
        ),
        ("version: 2", "version: two", "version", "must be a whole number"),
        ("version: 2", "version: 0", "version", "must be at least 1"),
        ("count: 2", "count: 4000", "activities[1].repeat.count", "must be at most 100"),
        ("regions: [eu]", "regions: []", "regions", "must not be empty"),
        ("regions: [eu]", "regions: [eu, eu]", "regions", "must not name anything twice"),
        ("title: {en:", "title: {fr:", "title", "'en' must be given"),
        (
            "code: short-stay",
            "code: long-stay",
            "code",
            "the file must be named long-stay.yaml",
        ),
        (
            "offset: P28D",
            "offset: !!python/name:os.system P28D",
            "activities[1].offset",
            "the tag !!python/name:os.system is not allowed here",
        ),
        (
            "offset: P28D",
            "offset: !!timestamp 2026-01-01",
            "activities[1].offset",
            "the tag !!timestamp is not allowed here",
        ),
        (
            "title: {en:",
            "title: &words {sv: *words, en:",
            "title.sv",
            "the aliases never come to an end",
        ),
        ("title: {en:", "title: {[en]:", "title", "a key must be a word"),
        (
            "count: 2",
            "count: {tracks: {long: 2}, track: long}",
            "activities[1].repeat.count.track",
            "unknown key; did you mean 'tracks'?",
        ),
        (
            "count: 2",
            "count: {tracks: {long: []}}",
            "activities[1].repeat.count.tracks.long",
            "must not be empty",
        ),
    ],
)
@pytest.mark.feature(1)
def test_a_mistake_is_named_by_file_line_and_key(write, old, new, key, message):
    problem = problem_with(write(PROTOCOL.replace(old, new, 1)))

    line = line_of(PROTOCOL, old)
    assert (problem.file, problem.key, problem.message) == ("short-stay.yaml", key, message)
    assert problem.line == line
    assert str(problem) == f"short-stay.yaml line {line}, {key}: {message}"


def test_a_missing_key_is_named_at_the_part_that_lacks_it(write):
    problem = problem_with(write(PROTOCOL.replace("    kind: visit\n", "", 1)))

    assert str(problem) == (
        f"short-stay.yaml line {line_of(PROTOCOL, '  - code: visit')}, activities[1]: "
        "'kind' must be given"
    )


def test_a_key_given_twice_is_refused_and_both_lines_are_named(write):
    text = PROTOCOL.replace("    offset: P28D\n", "    offset: P28D\n    offset: P29D\n", 1)
    first = line_of(text, "offset: P28D")

    problem = problem_with(write(text))

    assert problem.line == first + 1
    assert problem.message == f"this key already stands in line {first}"


def test_of_several_mistakes_the_first_in_the_file_is_told(write):
    text = PROTOCOL.replace("version: 2", "version: two").replace("P28D", "28D")

    assert problem_with(write(text)).key == "version"


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1", 1), ("a: 1\n---\nb: 2", 2), ("a: *nowhere", 1), ("\ta: 1", 1)],
)
def test_a_file_that_is_not_yaml_is_refused_with_its_line(write, text, line):
    problem = problem_with(write(text))

    assert problem.message.startswith("not YAML: ")
    assert problem.line == line


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_refused(write, text):
    assert "short-stay.yaml" in str(problem_with(write(text)))


@pytest.mark.parametrize("content", [b"title: \xff\xfe", b"title: \x00"])
def test_a_file_that_is_not_text_is_refused(tmp_path, content):
    path = tmp_path / "short-stay.yaml"
    path.write_bytes(content)

    assert problem_with(path).message.startswith("not text in UTF-8")


def test_aliases_that_unfold_without_measure_are_refused(write):
    nest = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )

    assert problem_with(write(nest)).message == "the aliases never come to an end"


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        (
            "valid_to: 2025-06-26",
            "valid_to: 2025-02-30",
            "rules.driving_days[0].valid_to",
            "2025-02-30 is not a date in the calendar",
        ),
        (
            "valid_to: 2025-06-26",
            "valid_to: 20250626",
            "rules.driving_days[0].valid_to",
            "must be text",
        ),
        (
            "valid_to: 2025-06-26",
            "valid_to: 26 June 2025",
            "rules.driving_days[0].valid_to",
            "26 June 2025 is not a date; write year, month and day like 2026-02-28",
        ),
        (
            "valid_to: 2025-06-26",
            "valid_to: 0205-06-26",
            "rules.driving_days[0].valid_to",
            "0205-06-26 is not in the years 1900 to 2199",
        ),
        (
            "valid_to: 2025-06-26",
            "valid_to: 2017-12-31",
            "rules.driving_days[0].valid_to",
            "must be after 2018-01-01, the day the value begins to hold",
        ),
        (
            "valid_from: 2025-06-26",
            "valid_from: 2025-06-25",
            "rules.driving_days[1].valid_from",
            "the value before it still holds on 2025-06-25",
        ),
        ("days: 14", "days: -14", "rules.driving_days[1].days", "must be at least 0"),
        (", source: New label", "", "rules.driving_days[1]", "'source' must be given"),
    ],
)
def test_a_mistake_in_a_ruleset_is_named_too(write, old, new, key, message):
    problem = problem_with(write(RULESET.replace(old, new)), read=read_ruleset_file)

    assert (problem.key, problem.message) == (key, message)
    assert problem.line == line_of(RULESET, old)


def test_two_open_ended_values_of_one_rule_are_refused(write):
    problem = problem_with(
        write(RULESET.replace(", valid_to: 2025-06-26", "")), read=read_ruleset_file
    )

    assert problem.key == "rules.driving_days[1].valid_from"


def test_a_product_named_twice_is_refused(write):
    text = "products:\n  - {code: some-cel, name: Some}\n  - {code: some-cel, name: Same}\n"

    problem = problem_with(write(text, "products.yaml"), read=read_products_file)

    assert str(problem) == "products.yaml line 3, products[1].code: another product has this code"


def problem_in_meaning(write, protocol, rules=RULESET):
    ruleset = read_ruleset_file(write(rules, "some-cel-eu.yaml"))
    return problem_with(
        write(protocol), read=lambda path: read_protocol_file(path, rulesets=[ruleset])
    )


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        (
            "anchor: infusion\n    offset: P28D",
            "anchor: infusoin\n    offset: P28D",
            "activities[1].anchor",
            "there is no point infusoin; did you mean infusion",
        ),
        (
            "requires: [infusion]",
            "requires: [leukapheresis]",
            "activities[1].requires[0]",
            "there is no activity leukapheresis",
        ),
        (
            "requires: [infusion]",
            "requires: [visit]",
            "activities[1].requires",
            "requirements go round in a circle: visit → visit",
        ),
        (
            "code: driving_ends",
            "code: visit",
            "activities[2].code",
            "the code visit is used twice",
        ),
        (
            "code: driving_ends\n    stage: infusion\n    title: May drive\n"
            "    kind: restriction\n    anchor: infusion\n",
            "code: driving_ends\n    stage: infusion\n    title: May drive\n"
            "    kind: restriction\n",
            "activities[2]",
            "driving_ends has no anchor",
        ),
        (
            "window: {opens: -P3D, closes: P7D}",
            "window: {opens: P7D, closes: -P3D}",
            "activities[1].window",
            "the window closes before it opens",
        ),
        (
            "offset: {rule: driving_days}",
            "offset: {rule: flying_days}",
            "activities[2].offset",
            "there is no label rule flying_days for this product and region",
        ),
    ],
)
@pytest.mark.feature(12)
def test_a_mistake_in_what_a_protocol_says_is_named_too(write, old, new, key, message):
    problem = problem_in_meaning(write, PROTOCOL.replace(old, new, 1))

    assert (problem.file, problem.line) == ("short-stay.yaml", line_of(PROTOCOL, old))
    assert problem.key.startswith(key)
    assert problem.message.startswith(message)


@pytest.mark.feature(2)
def test_a_protocol_that_contradicts_itself_is_refused_with_the_limits_that_clash(write):
    problem = problem_in_meaning(write, PROTOCOL.replace("max: P60D", "max: P22D"))

    assert problem.key == "constraints[0]"
    assert problem.line == line_of(PROTOCOL, "  - earlier: infusion")
    assert "the visit is in the second month at the latest" in problem.message
    assert problem.message.startswith("these limits contradict each other: ")


def test_months_between_points_that_others_hang_on_are_refused(write):
    problem = problem_in_meaning(write, PROTOCOL.replace("every: P30D", "every: P1M"))

    assert problem.key == "activities[1].repeat.every"
    assert problem.message.startswith("P1M is not in days")
