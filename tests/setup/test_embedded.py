"""The private PostgreSQL, started for real in folders of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from carttrack import cluster, embedded

PRINT_URL = "import os; print(os.environ['DATABASE_URL'], flush=True)"
USE_SERVER = "from carttrack import embedded; print(embedded.ensure(), flush=True); input()"


@pytest.fixture
def environment(tmp_path):
    """Return the environment of an installation whose data folder has a space in its path."""
    folder = tmp_path / "data folder"
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    yield kept | {"CARTTRACK_DATA_DIR": str(folder), "CARTTRACK_MODE": "test"}
    embedded_run(["remove"], kept | {"CARTTRACK_DATA_DIR": str(folder)})


def embedded_run(arguments, environment, **options):
    return subprocess.run(
        [sys.executable, "-m", "carttrack.embedded", *arguments],
        env=environment,
        cwd=embedded.PROJECT,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def start(code, environment):
    """Start a Python program and return it with the first line that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        cwd=embedded.PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, process.stdout.readline().strip()


def is_up(url):
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_command_finds_a_utf8_database_whose_role_is_no_superuser(environment):
    code = (
        "import os, json, psycopg; c = psycopg.connect(os.environ['DATABASE_URL']);"
        "print(json.dumps(c.execute(\"select current_setting('server_encoding'), lower('ÄÖÜ'),"
        " current_setting('is_superuser'), current_setting('timezone')\").fetchone()))"
    )
    result = embedded_run(["run", sys.executable, "-c", code], environment)

    assert json.loads(result.stdout) == ["UTF8", "äöü", "off", "UTC"], result.stderr


def test_the_server_stops_with_the_command_and_the_exit_status_is_its_own(environment):
    result = embedded_run(
        ["run", sys.executable, "-c", f"{PRINT_URL}; raise SystemExit(7)"], environment
    )

    assert result.returncode == 7
    assert not is_up(result.stdout.strip())


def test_a_given_database_is_used_as_it_is(environment):
    given = environment | {"DATABASE_URL": "postgresql://elsewhere/db"}
    result = embedded_run(["run", sys.executable, "-c", PRINT_URL], given)

    assert result.stdout.strip() == "postgresql://elsewhere/db"
    assert not Path(environment["CARTTRACK_DATA_DIR"]).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_command_and_server(environment, number):
    code = f"{PRINT_URL}; import time; time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-m", "carttrack.embedded", "run", sys.executable, "-c", code],
        env=environment,
        cwd=embedded.PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    url = process.stdout.readline().strip()
    time.sleep(0.2)  # from here on the handlers are in place
    process.send_signal(number)
    process.communicate(timeout=30)

    assert process.returncode not in {0, None}
    assert not is_up(url)


def test_what_was_stored_is_there_after_a_restart(environment):
    write = "psycopg.connect(os.environ['DATABASE_URL'], autocommit=True).execute"
    for statement in ("CREATE TABLE kept ()", "SELECT FROM kept"):
        code = f"import os, psycopg; {write}('{statement}')"
        result = embedded_run(["run", sys.executable, "-c", code], environment)

        assert result.returncode == 0, result.stderr


def test_several_processes_that_start_at_once_share_one_server(environment):
    started = [start(USE_SERVER, environment) for _ in range(4)]

    assert len({url for _, url in started}) == 1
    for process, url in started:
        assert is_up(url)
        process.communicate("\n", timeout=30)
    assert not is_up(started[0][1])


def test_after_a_crash_the_next_process_starts_the_server_again(environment):
    first, url = start(USE_SERVER, environment)
    server = int(pid_file(environment).read_text().split()[0])
    first.kill()
    first.communicate()
    os.kill(server, signal.SIGKILL)
    wait_until_gone(server)
    recycle_pid_in(pid_file(environment))

    again = embedded_run(["run", sys.executable, "-c", PRINT_URL], environment)

    assert again.returncode == 0, again.stderr
    assert not is_up(url)


def test_a_killed_process_leaves_a_server_that_the_next_one_uses_and_stops(environment):
    first, url = start(USE_SERVER, environment)
    first.kill()
    first.communicate()
    assert is_up(url)

    second = embedded_run(["run", sys.executable, "-c", PRINT_URL], environment)

    assert second.stdout.strip() == url
    assert not is_up(url)


def test_an_emptied_data_folder_gives_an_empty_database(environment):
    create = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL'], autocommit=True)"
    for _ in range(2):
        result = embedded_run(
            ["run", sys.executable, "-c", f"{create}.execute('CREATE TABLE old ()')"], environment
        )
        assert result.returncode == 0, result.stderr
        shutil.rmtree(environment["CARTTRACK_DATA_DIR"])


def test_a_server_in_use_is_not_removed(environment):
    process, url = start(USE_SERVER, environment)
    refused = embedded_run(["remove"], environment)

    assert "is in use" in refused.stderr
    assert is_up(url)
    process.communicate("\n", timeout=30)


def test_nobody_else_can_read_the_password_or_the_cluster(environment):
    embedded_run(["run", "true"], environment)
    folder = Path(environment["CARTTRACK_DATA_DIR"])

    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "postgresql.password").stat().st_mode & 0o077 == 0
    assert pid_file(environment).parent.stat().st_mode & 0o077 == 0


def pid_file(environment):
    """Return PostgreSQL's own record of its process, wherever the cluster is."""
    return cluster._home(Path(environment["CARTTRACK_DATA_DIR"])) / "cluster" / "postmaster.pid"


def wait_until_gone(pid):
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.05)


def recycle_pid_in(path):
    """Write the id of a living process of somebody else into what the crash left behind."""
    lines = path.read_text().splitlines()
    path.write_text("\n".join([str(os.getpid()), *lines[1:]]))
