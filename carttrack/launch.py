"""Bring up the demo treatment centre on this machine; Ctrl-C takes all of it down again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from carttrack import embedded

# What stands before the processes of the Procfile; each step can run again and again.
PREPARATION = (
    ("collectstatic", "--noinput", "--verbosity=0"),
    ("migrate", "--noinput", "--verbosity=0"),
    ("publish_protocols",),
    ("load_demo",),
)
ANSWER_SECONDS = 120
ENDED_ON_REQUEST = {128 + signal.SIGINT, 128 + signal.SIGTERM}


def main() -> int:
    """Prepare the database and the pages, then run web, worker and beat until asked to stop."""
    port = os.environ.setdefault("PORT", "8000")
    address = f"http://127.0.0.1:{port}/"
    if _is_taken(int(port)):
        return _refuse(f"Port {port} is in use; choose another: make demo PORT=8001")
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    # The Procfile names its programs without their folder.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ |= {"CARTTRACK_MODE": "demo", "SITE_URL": address.rstrip("/"), "PATH": path}
    os.environ.setdefault("DATABASE_URL", embedded.ensure())
    os.chdir(embedded.PROJECT)
    for step in PREPARATION:
        if subprocess.run([sys.executable, "manage.py", *step], check=False).returncode:  # noqa: S603
            return _refuse(f"The demo stops here, because manage.py {step[0]} failed.")
    threading.Thread(target=_announce, args=[address], daemon=True).start()
    # Settings for an installation, kept in .env, are not the demo's.
    status = embedded.run([sys.executable, "-m", "honcho", "start", "--env", os.devnull])
    return 0 if status in ENDED_ON_REQUEST else status


def _is_taken(port: int) -> bool:
    """Say whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _refuse(reason: str) -> int:
    """Say why there is no demo, and return the exit status for it."""
    sys.stderr.write(f"{reason}\n")
    return 1


def _announce(address: str) -> None:
    """Say where the demo is, once it answers there."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=10).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.2)
        else:
            sys.stdout.write(f"\n    The demo is at {address} (Ctrl-C stops it)\n\n")
            sys.stdout.flush()
            return


if __name__ == "__main__":
    sys.exit(main())
