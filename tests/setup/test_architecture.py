"""What no linter covers: pure domains, short files, no signals, sources named."""

import ast
import importlib
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = sorted(
    path
    for package in ("carttrack", "journeys", "notifications")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
DOMAIN = [path for path in CODE if "domain" in path.relative_to(ROOT).parts]
USE_CASES = [
    path
    for path in CODE
    if {*path.relative_to(ROOT).with_suffix("").parts} & {"services", "selectors", "models"}
]
CLOCKS = {
    *(f"{owner}.{call}" for owner in ("datetime", "date") for call in ("now", "utcnow", "today")),
    *(f"timezone.{call}" for call in ("now", "localdate", "localtime")),
    "time.time",
}
LONGEST_FILE = 400
VAGUE_NAMES = {"utils", "helpers", "common", "misc", "manager", "handler"}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def clock_readings_in(path):
    """Return the calls that read a clock, such as `timezone.now()` and `time.time()`."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if hasattr(node, "func")]
    names = [ast.unparse(call) for call in calls]
    return [name for name in names if ".".join(name.split(".")[-2:]) in CLOCKS]


def test_every_domain_loads_without_django():
    modules = ", ".join(module_of(path) for path in DOMAIN)
    code = f"import sys, {modules}; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_a_domain_imports_the_standard_library_and_other_domains_only(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            is_domain = ".domain" in name and name.split(".")[0] in {"journeys", "notifications"}
            assert is_domain or name.split(".")[0] in sys.stdlib_module_names, name


@pytest.mark.parametrize("path", [*DOMAIN, *USE_CASES], ids=name_of)
def test_the_clock_is_an_argument(path):
    assert not clock_readings_in(path)


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_every_grading_function_names_its_source(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_grade"):
            assert "Source:" in (ast.get_docstring(node) or ""), node.name


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_files_are_short_and_named_for_one_thing(path):
    assert len(path.read_text().splitlines()) <= LONGEST_FILE
    assert path.stem not in VAGUE_NAMES


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_no_use_case_runs_through_a_signal(path):
    text = path.read_text()

    assert not re.search(r"django\.(db\.models|core|dispatch)\S*signals|@receiver\b", text)


def test_rooms_have_empty_packages_so_that_domains_load_alone():
    for package in [*ROOT.glob("journeys/__init__.py"), *ROOT.glob("journeys/*/__init__.py")]:
        assert not package.read_text().strip(), package


def test_labels_have_a_word_for_every_value():
    """A room's labels are tables, one per enumeration of its domain."""
    tables = [
        (name, value)
        for path in CODE
        if path.stem.endswith("labels") or path.parent.name == "labels"
        for name, value in vars(importlib.import_module(module_of(path))).items()
        if name.isupper() and isinstance(value, dict)
    ]

    for name, table in tables:
        for enumeration in {type(key) for key in table if isinstance(key, Enum)}:
            assert set(table) == set(enumeration), name
