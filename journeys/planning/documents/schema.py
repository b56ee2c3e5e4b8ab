"""The shape of a document, checked against its JSON schema and told in plain sentences."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from journeys.planning.documents.dates import read_date
from journeys.planning.documents.located import Located
from journeys.planning.documents.problem import DocumentProblem, Key, suggestion
from journeys.planning.domain.duration import MONTHS_PER_YEAR, Duration

FOLDER = Path(__file__).parent
TYPE_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "object": "a map of keys",
    "array": "a list",
    "boolean": "true or false",
}
LIMIT_WORDS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "minItems": "must not be empty",
    "minLength": "must not be empty",
    "minProperties": "must not be empty",
    "uniqueItems": "must not name anything twice",
}
MOST_YEARS = 100
MOST_LISTED = 12  # of more choices than this, the one that was meant says more than all
DAYS_PER_YEAR = 365.25
FORMATS = FormatChecker(formats=())


@FORMATS.checks("duration", raises=ValueError)
def _is_duration(value: object) -> bool:
    if not isinstance(value, str):
        return True  # the schema's "type" tells it better
    span = Duration.parse(value)
    if max(abs(span.months) / MONTHS_PER_YEAR, abs(span.days) / DAYS_PER_YEAR) > MOST_YEARS:
        raise ValueError(f"{value!r} is longer than {MOST_YEARS} years")
    return True


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(read_date(value))


def check_shape(located: Located, schema: str) -> None:
    """Refuse a document that does not have the shape of `schema`, at its first line that is wrong.

    Raises:
        DocumentProblem: a key is unknown or missing, or a value is of the wrong kind.
    """
    problems = [
        located.problem(message, key)
        for error in _validator(schema).iter_errors(located.document)
        for key, message in _told(error)
    ]
    if problems:
        raise min(problems, key=_place)


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    content = json.loads((FOLDER / f"{schema}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content, format_checker=FORMATS)


def _place(problem: DocumentProblem) -> tuple[int, str]:
    return problem.line or 0, problem.key


def _told(error: Any) -> Iterator[tuple[Key, str]]:
    """Yield the key and the sentence for each thing that one schema error is about."""
    key: Key = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            for name in sorted(set(error.instance) - set(known)):
                yield (*key, name), f"unknown key{suggestion(name, known)}"
        case "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            yield key, f"{' and '.join(repr(name) for name in missing)} must be given"
        case _:
            yield key, _value_message(error)


def _value_message(error: Any) -> str:
    """Return what is wrong with one value."""
    wanted = error.validator_value
    match error.validator:
        case "format":
            return str(error.cause)
        case "type":
            return f"must be {TYPE_WORDS[wanted]}"
        case "enum":
            close = suggestion(str(error.instance), wanted)
            if close and len(wanted) > MOST_LISTED:
                return f"{error.instance!r} is not known{close}"
            return f"{error.instance!r} is not one of {', '.join(wanted)}{close}"
        case "pattern":
            return f"{error.instance!r} is not {error.schema['description']}"
        case _:
            return LIMIT_WORDS[error.validator].format(wanted)
