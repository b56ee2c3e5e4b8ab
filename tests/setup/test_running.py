"""The demo, run for real: web, worker and beat answer, and a Ctrl-C leaves nothing behind."""

import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from carttrack import cluster
from tests.conftest import wait_for_port

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc"),
]


class Demo:
    """One run of the demo, in a data folder of its own."""

    def __init__(self, project, folder, port):
        self.project, self.folder, self.port = project, folder, port
        own = {"CARTTRACK_DATA_DIR": str(folder), "PORT": str(port), "CARTTRACK_MODE": "demo"}
        dropped = {"DATABASE_URL", "REDIS_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
        self.environment = {k: v for k, v in os.environ.items() if k not in dropped} | own
        self.log = folder.parent / "demo.log"

    def start(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "carttrack.launch"],
                cwd=self.project,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal's foreground group
            )

    def press_ctrl_c(self):
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=60)

    def wait_for(self, found, *, seconds=150):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            if found():
                return
            time.sleep(0.2)
        pytest.fail(self.log.read_text())

    def celery(self, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "celery", "--app", "carttrack.celery", *arguments],
            cwd=self.project,
            env=self.environment | {"DATABASE_URL": "postgresql://127.0.0.1/unused"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def processes(self):
        """Return the commands of all processes that belong to this run."""
        marks = (
            f"CARTTRACK_DATA_DIR={self.folder}".encode(),
            str(cluster._home(self.folder)).encode(),
        )
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command, variables = [(process / f).read_bytes() for f in ("cmdline", "environ")]
            except OSError:
                continue  # ended meanwhile
            if marks[0] in variables.split(b"\0") or marks[1] in command:
                found.append(command.replace(b"\0", b" ").decode())
        return found


@pytest.fixture
def demo(project, tmp_path, free_port):
    run = Demo(project, tmp_path / "a demo", free_port())
    yield run
    if run.process.poll() is None:
        os.killpg(run.process.pid, signal.SIGTERM)
        run.process.wait(timeout=60)
    cluster.discard_cluster(run.folder)


def test_the_demo_answers_works_ticks_and_leaves_nothing_behind(demo):
    demo.start()
    demo.wait_for(lambda: "The demo is at" in demo.log.read_text())

    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/healthz") as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/") as answer:
        assert b"/static/" in answer.read()

    ping = demo.celery("inspect", "ping", "--timeout", "20")
    assert "pong" in ping.stdout, ping.stderr
    demo.wait_for(lambda: list(demo.folder.glob("celerybeat-schedule*")))
    names = " ".join(demo.processes())
    assert all(name in names for name in ("gunicorn", "celery", "beat", "postgres", "honcho"))

    assert demo.press_ctrl_c() == 0, demo.log.read_text()
    assert demo.processes() == []


def test_a_demo_that_is_stopped_while_it_prepares_leaves_nothing_behind(demo):
    demo.start()
    demo.wait_for(lambda: any("manage.py" in command for command in demo.processes()))

    assert demo.press_ctrl_c() != 0
    assert demo.processes() == []


def test_a_port_in_use_is_named_before_anything_starts(demo, live_port):
    demo.port = live_port
    demo.environment["PORT"] = str(live_port)
    demo.start()

    assert demo.process.wait(timeout=30) == 1
    assert f"Port {live_port} is in use" in demo.log.read_text()
    assert demo.processes() == []


def test_a_worker_on_redis_answers(project, tmp_path, redis_url):
    environment = os.environ | {
        "REDIS_URL": redis_url,
        "CARTTRACK_MODE": "test",
        "CARTTRACK_DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://127.0.0.1/unused",
    }
    line = next(
        line for line in (project / "Procfile").read_text().splitlines() if "worker" in line
    )
    celery = [sys.executable, "-m", *shlex.split(line.partition(": ")[2])]
    ping = [*celery[:5], "inspect", "ping", "--timeout", "5"]
    run = {"cwd": project, "env": environment, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(celery, stderr=subprocess.STDOUT, **run) as worker:
        for text in worker.stdout:
            if " ready." in text:
                break
        answer = subprocess.run(ping, check=False, timeout=60, **run)
        worker.terminate()
        worker.communicate(timeout=30)

    assert "pong" in answer.stdout
    assert worker.returncode == 0


@pytest.fixture
def live_port(free_port):
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        wait_for_port(port)
        yield port
        server.terminate()
