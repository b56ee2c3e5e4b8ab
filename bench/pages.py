"""How long the pages take beside the least a signed-in page can take, at two sizes of the site.

`python -m bench.pages` seeds 1,000 and 100,000 journeys, serves both with gunicorn and asks for
the floor and each page in turn, so that whatever else the machine does disturbs them alike. It
prints a table and writes the same figures to bench/results/pages.json. The verdict is against the
floor; the frame of the staff's pages around the floor's one query stands beside it, to be compared.
`make bench` runs it with fewer journeys (`--sizes`).
"""

import argparse
import http.client
import json
import platform
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.cluster import BASE, BenchServer, bench_server

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "bench" / "results" / "pages.json"
SIZES = (1_000, 100_000)
MOST_TIMES_THE_FLOOR = 3.0
MOST_GROWTH = 1.3
START_SECONDS = 60
WARM_UP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An address and who asks for it; `who` and braces in `path` name what the seeding chose."""

    name: str
    who: str
    path: str


FLOOR = Page(name="floor", who="coordinator", path="/floor/")
PAGES = (
    Page(name="frame of the staff's pages", who="coordinator", path="/frame/"),
    Page(name="Today", who="coordinator", path="/today/"),
    Page(name="Today, of five centres", who="five", path="/today/"),
    Page(name="patients", who="coordinator", path="/patients/"),
    Page(name="patients of five centres", who="five", path="/patients/"),
    Page(name="patients by next date", who="coordinator", path="/patients/?sort=next"),
    Page(name="patients, search", who="coordinator", path="/patients/?q={family_name}"),
    Page(name="patients of five, search", who="five", path="/patients/?q={family_name}"),
    Page(name="board", who="coordinator", path="/board/"),
    Page(name="journey", who="coordinator", path="/journeys/{journey}/"),
    Page(name="journey, 5,000 dates", who="coordinator", path="/journeys/{crowded_journey}/"),
    Page(name="patient's timeline", who="patient", path="/my/"),
    Page(name="the same, 5,000 dates", who="crowded_patient", path="/my/"),
)


@dataclass(slots=True, kw_only=True)
class Site:
    """One served size with what was measured there: times in ms, statements and bytes, by page."""

    size: int
    port: int
    subjects: dict[str, Any]
    times: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    def ask(self, page: Page) -> None:
        """Ask for a page once and note how long the answer took."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        path = page.path.format(**self.subjects)
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={self.subjects[page.who]}"})
        answer = connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - started) * 1000
        connection.close()
        if answer.status != http.client.OK:
            raise SystemExit(f"{path} answered {answer.status} at {self.size} journeys")
        self.times.setdefault(page.name, []).append(took)
        self.queries[page.name] = int(answer.headers["X-Queries"])
        self.bytes[page.name] = len(body)

    def median(self, page: Page) -> float:
        """Return the median time of a page."""
        return statistics.median(self.times[page.name])


def lived(server: BenchServer) -> None:
    """Live through the demonstration once; every other database is a copy of it."""
    if not server.has(BASE):
        server.make(f"{BASE}_new")
        _seed(server, f"{BASE}_new", "base")
        server.rename(f"{BASE}_new", BASE)


def seeded(server: BenchServer, size: int) -> dict[str, Any]:
    """Return the subjects of a size, filling its database unless an earlier run has kept it."""
    lived(server)
    name = f"bench_{size}"
    subjects = server.folder / f"{name}.json"
    if not server.has(name):
        server.make(f"{name}_new", template=BASE)
        subjects.write_text(_seed(server, f"{name}_new", "fill", str(size)))
        server.rename(f"{name}_new", name)
    found: dict[str, Any] = json.loads(subjects.read_text())
    return found


def _seed(server: BenchServer, database: str, *arguments: str) -> str:
    started = time.perf_counter()
    result = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.seed", *arguments],
        env=server.environment(database),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    sys.stdout.write(f"seeded: {' '.join(arguments)} in {seconds:.0f} s\n")
    return result.stdout


@contextmanager
def served(server: BenchServer, size: int) -> Iterator[Site]:
    """Serve one size with gunicorn, as the Procfile does."""
    subjects = seeded(server, size)
    server.wake(f"bench_{size}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["gunicorn", "carttrack.wsgi", "--threads", "4", "--no-control-socket"]
    with subprocess.Popen(  # noqa: S603 - our own environment's program
        [sys.executable, "-m", *command, "--bind", f"127.0.0.1:{port}", "--log-level", "warning"],
        env=server.environment(f"bench_{size}"),
        cwd=PROJECT,
    ) as process:
        try:
            _wait_for(port)
            yield Site(size=size, port=port, subjects=subjects)
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"gunicorn does not answer on port {port}")


def measure(sites: Sequence[Site], *, rounds: int) -> None:
    """Ask for every page of every site in turn, each time with the floor just before it."""
    turns = [(site, page) for site in sites for page in PAGES]
    for _ in range(WARM_UP):
        for site, page in turns:
            site.ask(FLOOR)
            site.ask(page)
    for site in sites:
        site.times.clear()
    order = random.Random(7)  # noqa: S311 - an order, not a secret
    for _ in range(rounds):
        order.shuffle(turns)
        for site, page in turns:
            site.ask(FLOOR)
            site.ask(page)


def figures(sites: Sequence[Site]) -> list[dict[str, Any]]:
    """Return a line per page: times, statements, the floor's multiple, and growth with size."""
    first, last = sites[0], sites[-1]
    lines = []
    for page in (FLOOR, *PAGES):
        times = {site.size: site.median(page) / site.median(FLOOR) for site in sites}
        growth = last.median(page) / first.median(page)
        queries = [site.queries[page.name] for site in sites]
        lines.append(
            {
                "page": page.name,
                "median_ms": {site.size: round(site.median(page), 2) for site in sites},
                "times_the_floor": {size: round(ratio, 2) for size, ratio in times.items()},
                "growth": round(growth, 2),
                "queries": queries,
                "bytes": [site.bytes[page.name] for site in sites],
                "holds": max(times.values()) <= MOST_TIMES_THE_FLOOR
                and growth <= MOST_GROWTH
                and len(set(queries)) == 1,
            }
        )
    return lines


def table(lines: Sequence[dict[str, Any]], sizes: Sequence[int]) -> str:
    """Return the figures as a table for people."""
    heads = [f"{size:,} ms" for size in sizes] + [f"{size:,} x floor" for size in sizes]
    rows = [f"{'page':<28}" + "".join(f"{head:>17}" for head in (*heads, "growth", "queries", ""))]
    for line in lines:
        cells = [
            *(f"{value:.2f}" for value in line["median_ms"].values()),
            *(f"{value:.2f}" for value in line["times_the_floor"].values()),
            f"{line['growth']:.2f}",
            "/".join(str(count) for count in line["queries"]),
            "holds" if line["holds"] else "misses",
        ]
        rows.append(f"{line['page']:<28}" + "".join(f"{cell:>17}" for cell in cells))
    return "\n".join(rows) + "\n"


def main() -> None:
    """Seed, serve, measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of journeys")
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--keep", action="store_true", help="keep the databases for another run")
    asked = parser.parse_args()
    with bench_server(keep=asked.keep) as server, ExitStack() as stack:
        sites = [stack.enter_context(served(server, size)) for size in asked.sizes]
        measure(sites, rounds=asked.rounds)
    lines = figures(sites)
    sys.stdout.write(table(lines, asked.sizes))
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    RESULTS.write_text(
        json.dumps({"on": machine, "rounds": asked.rounds, "pages": lines}, indent=2) + "\n"
    )


if __name__ == "__main__":
    main()
