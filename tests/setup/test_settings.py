"""What stops a start: modes that contradict their settings, and values that mean nothing."""

import os
import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from carttrack.database import parse_database_url
from carttrack.env import (
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_required,
    env_secret,
    variables_below,
)

START = "import django; django.setup(); from django.conf import settings as s; print({})"
NO_SERVER = {"DATABASE_URL": "postgresql://127.0.0.1/unused"}
SECRET = {"DJANGO_SECRET_KEY": "long-and-random-" * 4}


def start(project, tmp_path, variables, show="s.MODE"):
    """Load the settings in a process of their own, with nothing set but the given variables."""
    return subprocess.run(
        [sys.executable, "-c", START.format(show)],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "carttrack.settings",
            "CARTTRACK_DATA_DIR": str(tmp_path),
            **NO_SERVER,
            **variables,
        },
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_not_asked_to_be_a_demo_is_production(project, tmp_path):
    result = start(project, tmp_path, SECRET, "s.MODE, s.DEBUG, s.SESSION_COOKIE_SECURE")

    assert result.stdout.strip() == "production False True", result.stderr


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({}, "DJANGO_SECRET_KEY is not set"),
        ({"DJANGO_SECRET_KEY": ""}, "DJANGO_SECRET_KEY is not set"),
        (SECRET | {"CARTTRACK_MODE": "staging"}, "CARTTRACK_MODE='staging'"),
        (
            {"CARTTRACK_MODE": "demo", "DJANGO_ALLOWED_HOSTS": "carttrack.example"},
            "CARTTRACK_MODE=demo signs anybody in",
        ),
        (SECRET | {"DJANGO_DEBUG": "maybe"}, "DJANGO_DEBUG='maybe' is neither true nor false"),
        (SECRET | {"EMAIL_PORT": "smtp"}, "EMAIL_PORT='smtp' is not a whole number"),
        (SECRET | {"DATABASE_URL": "mysql://db/x"}, "DATABASE_URL must start with postgresql://"),
    ],
)
def test_a_start_that_cannot_be_meant_is_refused(project, tmp_path, variables, complaint):
    result = start(project, tmp_path, variables)

    assert result.returncode != 0
    assert complaint in result.stderr


def test_a_demo_for_this_machine_starts_without_any_variable(project, tmp_path):
    result = start(project, tmp_path, {"CARTTRACK_MODE": "demo"}, "s.MODE, s.DEBUG")

    assert result.stdout.strip() == "demo False", result.stderr


def test_redis_carries_wake_ups_and_caches_when_there_is_one(project, tmp_path):
    redis = {"REDIS_URL": "redis://redis.example:6379/0"}
    show = "s.CELERY_BROKER_URL, s.CACHES['default']['BACKEND'].split('.')[-1]"
    result = start(project, tmp_path, SECRET | redis, show)

    assert result.stdout.strip() == "redis://redis.example:6379/0 RedisCache", result.stderr


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("Yes", True), (" on ", True), ("0", False), ("", False)]
)
def test_truth_values_are_read_in_the_usual_spellings(monkeypatch, text, value):
    monkeypatch.setenv("SWITCH", text)

    assert env_bool("SWITCH", default=not value) is value


def test_variables_that_are_not_set_have_their_default(monkeypatch):
    monkeypatch.delenv("ABSENT", raising=False)

    assert env_bool("ABSENT", default=True) is True
    assert env_int("ABSENT", default=3) == 3
    assert env_list("ABSENT", default=["a"]) == ["a"]
    assert env_secret("ABSENT", default="d") == "d"


def test_a_list_has_no_empty_parts(monkeypatch):
    monkeypatch.setenv("HOSTS", "a.example, b.example,,")

    assert env_list("HOSTS", default=[]) == ["a.example", "b.example"]


def test_one_of_several_values_is_taken_and_no_other(monkeypatch):
    assert env_choice("GATEWAY", choices=["", "one", "two"]) == ""
    monkeypatch.setenv("GATEWAY", "two")
    assert env_choice("GATEWAY", choices=["", "one", "two"]) == "two"
    monkeypatch.setenv("GATEWAY", "three")
    with pytest.raises(ImproperlyConfigured, match="use nothing, one, two"):
        env_choice("GATEWAY", choices=["", "one", "two"])


def test_what_cannot_be_done_without_stops_the_start_by_its_name(monkeypatch):
    monkeypatch.setenv("ACCOUNT", "me")
    assert env_required("ACCOUNT") == "me"
    monkeypatch.setenv("ACCOUNT", "")
    with pytest.raises(ImproperlyConfigured, match="ACCOUNT"):
        env_required("ACCOUNT")


def test_variables_of_one_kind_are_taken_together(monkeypatch):
    monkeypatch.setenv("PIGEON_FOOD", "corn")

    assert variables_below("PIGEON_") == {"FOOD": "corn"}


def test_a_database_address_keeps_escaped_characters_and_options():
    settings = parse_database_url("postgresql://a%40b:p%2Fw@db.example:5433/x?sslmode=require")

    assert {name: settings[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "USER": "a@b",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": 5433,
        "NAME": "x",
    }
    assert settings["OPTIONS"]["sslmode"] == "require"


def test_an_address_without_a_scheme_is_refused():
    with pytest.raises(ImproperlyConfigured, match="not nothing"):
        parse_database_url("localhost/x")


def test_every_variable_is_in_the_example_file(project):
    read = set()
    for path in [*project.glob("carttrack/*.py"), project / "Procfile"]:
        text = path.read_text()
        read |= set(re.findall(r"env_\w+\(\s*\"(\w+)\"", text))
        read |= set(re.findall(r"environ(?:\.get\(|\.setdefault\(|\[)\s*\"(\w+)\"", text))
        read |= set(re.findall(r"\$\{(\w+)", text))
    listed = set(re.findall(r"^#? ?(\w+)=", (project / ".env.example").read_text(), re.MULTILINE))

    assert read - {"DJANGO_SETTINGS_MODULE", "PATH"} <= listed
