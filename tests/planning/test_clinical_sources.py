"""docs/clinical-sources.md lists every number of the shipped files; these tests keep it true."""

from itertools import groupby

import pytest
from django.conf import settings

from journeys.planning.documents import protocol_paths
from journeys.planning.documents.located import read_yaml

PAGE = settings.BASE_DIR / "docs" / "clinical-sources.md"
ANYWHERE = "every protocol"


def confirmed(part):
    return "no" if part.get("confirm") else "yes"


def span(value):
    return value if isinstance(value, str) else f"`{value['rule']}`"


def activity_numbers(activity):
    window = activity.get("window")
    repeat = activity.get("repeat")
    floors = activity.get("not_before", ())
    ceilings = activity.get("not_after", ())
    start = "anchor" if window and window.get("measured_from") == "anchor" else "target"
    return "; ".join(
        [
            f"{span(activity.get('offset', 'P0D'))} from {activity['anchor']}",
            *(
                [f"window {window['opens']} to {window['closes']} from the {start}"]
                if window
                else []
            ),
            *(f"not before {floor['offset']} from {floor['anchor']}" for floor in floors),
            *(
                f"number {limit['occurrence']} not after {limit['offset']} from {limit['anchor']}"
                for limit in ceilings
            ),
            *([f"{span_count(repeat)} every {repeat['every']}"] if repeat else []),
        ]
    )


def span_count(repeat):
    count = repeat["count"]
    if isinstance(count, int):
        return f"{count} times"
    if "rule" in count:
        return f"`{count['rule']}` times"
    return ", ".join(f"{which(numbers)} ({track})" for track, numbers in count["tracks"].items())


def which(numbers):
    if isinstance(numbers, int):
        return f"{numbers} times"
    return "numbers " + " ".join(str(number) for number in numbers)


def protocol_rows():
    documents = [read_yaml(path).document for path in protocol_paths(settings.PROTOCOLS_DIR)]
    rows = [
        (f"`{part['code']}` | {activity_numbers(part)}", part, document["code"])
        for document in documents
        for part in document["activities"]
        if "anchor" in part
    ] + [
        (
            f"`{part['earlier']}` to `{part['later']}` | "
            f"{part.get('min', 'any')} to {part.get('max', 'any')} apart"
            + "".join(f", {region}" for region in part.get("regions", ())),
            part,
            document["code"],
        )
        for document in documents
        for part in document["constraints"]
    ]
    told = [(f"{text} | {part['source']} | {confirmed(part)}", code) for text, part, code in rows]
    by_text = groupby(sorted(told), key=lambda row: row[0])
    for text, group in by_text:
        codes = [code for _, code in group]
        others = [document["code"] for document in documents if document["code"] not in codes]
        yield f"| {where(codes, others)} | {text} |"


def gate_rows():
    for path in protocol_paths(settings.PROTOCOLS_DIR):
        document = read_yaml(path).document
        for stage in document["stages"]:
            for item in stage.get("gate", ()):
                may = ", ".join(item.get("override", ())) or "nobody"
                yield (
                    f"| {document['code']} | `{stage['code']}` | {item['title']} | "
                    f"{item['evidence']} | {may} | {item['source']} | {confirmed(item)} |"
                )


def where(codes, others):
    """Say in which protocols a number stands, in the shorter of the two ways."""
    if not others:
        return ANYWHERE
    if len(others) < len(codes):
        return f"{ANYWHERE} except {', '.join(others)}"
    return ", ".join(codes)


def ruleset_rows():
    for path in sorted(settings.RULESETS_DIR.glob("*.yaml")):
        for key, values in read_yaml(path).document["rules"].items():
            for value in values:
                until = value.get("valid_to", "today")
                yield (
                    f"| {path.stem} | `{key}` | {value['days']} days | "
                    f"{value['valid_from']} to {until} | {value['source']} | {confirmed(value)} |"
                )


@pytest.mark.parametrize("row", [*protocol_rows(), *ruleset_rows(), *gate_rows()])
def test_every_number_stands_on_the_page_with_its_source(row):
    assert row in PAGE.read_text("utf-8").splitlines()


def test_the_page_lists_no_number_that_the_files_do_not_have():
    listed = [
        line
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("| ") and line.endswith((" | yes |", " | no |"))
    ]

    assert sorted(listed) == sorted([*protocol_rows(), *ruleset_rows(), *gate_rows()])
