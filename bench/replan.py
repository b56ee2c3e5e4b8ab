"""How long the writing of a re-plan takes beside the one UPDATE that no writer can do without.

Both write the same sixty open activities of one journey, in turn, each in a transaction of its own
with all triggers. The floor is the bare `UPDATE ... FROM unnest()`; `rows` is the same statement
as the service sends it; `revision` is the whole of `write_plan`: revision, changes, activities,
stages, conflicts and the ledger of reminders. `python -m bench.replan` prints a table and writes
the same figures to bench/results/replan.json.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path

from bench.cluster import BASE, BenchServer, bench_server
from bench.pages import lived

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "bench" / "results" / "replan.json"
DATABASE = "bench_replan"
MOST_TIMES = 2.0


def measured(server: BenchServer, *, rounds: int) -> dict[str, list[float]]:
    """Return the times in milliseconds by what was written, from a process that has the site."""
    lived(server)
    if not server.has(DATABASE):
        server.make(DATABASE, template=BASE)
    result = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.replan_writes", str(rounds)],
        env=server.environment(DATABASE),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    times: dict[str, list[float]] = json.loads(result.stdout)
    return times


def table(figures: dict[str, dict[str, float]]) -> str:
    """Return the figures as a table for people."""
    lines = [f"{'written':<12}{'median ms':>12}{'p95 ms':>12}{'x floor':>12}"]
    lines += [
        f"{name:<12}{figure['median_ms']:>12}{figure['p95_ms']:>12}{figure['times_the_floor']:>12}"
        for name, figure in figures.items()
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=100, help="how often each is written")
    parser.add_argument("--keep", action="store_true", help="keep the databases for another run")
    asked = parser.parse_args()
    with bench_server(keep=asked.keep) as server:
        times = measured(server, rounds=asked.rounds)
    floor = statistics.median(times["floor"])
    figures = {
        name: {
            "median_ms": round(statistics.median(found), 2),
            "p95_ms": round(statistics.quantiles(found, n=20)[-1], 2),
            "times_the_floor": round(statistics.median(found) / floor, 2),
        }
        for name, found in times.items()
    }
    sys.stdout.write(table(figures))
    for name in ("rows", "revision"):
        verdict = "holds" if figures[name]["times_the_floor"] <= MOST_TIMES else "misses"
        sys.stdout.write(f"{name}: at most {MOST_TIMES:g} times the floor {verdict}\n")
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    RESULTS.write_text(json.dumps({"on": machine, "written": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
