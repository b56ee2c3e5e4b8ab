"""How long one plan takes: every protocol on file, dated in full from its infusion.

`make bench` prints a table and writes the same figures to bench/results/planning.json.
"""

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from journeys.planning.documents import (
    protocol_paths,
    read_protocol_file,
    read_rulesets,
    rules_from,
)
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.plan import Plan, make_plan

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "bench" / "results" / "planning.json"
INFUSED_ON = date(2026, 3, 10)
WEEKEND = frozenset({5, 6})
ROUNDS = 50


def plans() -> Mapping[str, Callable[[], Plan]]:
    """Return, for each protocol and region, the planning of one journey."""
    rulesets = read_rulesets(PROJECT / "fixtures" / "rulesets")
    jobs: dict[str, Callable[[], Plan]] = {}
    for path in protocol_paths(PROJECT / "fixtures" / "protocols"):
        protocol, _ = read_protocol_file(path, rulesets=rulesets)
        for region in protocol.regions:
            arguments: dict[str, Any] = {
                "region": region,
                "facts": [Fact(point="infusion", on=INFUSED_ON, kind=FactKind.HAPPENED)],
                "rules": rules_from(rulesets, product=protocol.product, region=region),
                "open_days": OpenDays(closed_weekdays=WEEKEND, closed={}),
                "today": INFUSED_ON,
            }
            jobs[f"{protocol.code} {region}"] = partial(make_plan, protocol, **arguments)
    return jobs


def measure(job: Callable[[], Plan]) -> dict[str, float]:
    """Return the size of a plan and its times in milliseconds."""
    activities = len(job().activities)  # also the first, slower round
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        job()
        times.append((time.perf_counter() - started) * 1000)
    return {
        "activities": activities,
        "median_ms": round(statistics.median(times), 3),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 3),
    }


def main() -> None:
    """Measure, print and store."""
    figures = {name: measure(job) for name, job in plans().items()}
    sys.stdout.write(f"{'plan':<24}{'activities':>12}{'median ms':>12}{'p95 ms':>12}\n")
    for name, figure in figures.items():
        sys.stdout.write(
            f"{name:<24}{figure['activities']:>12}{figure['median_ms']:>12}{figure['p95_ms']:>12}\n"
        )
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    RESULTS.write_text(json.dumps({"on": machine, "plans": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
