"""How long one plan takes: fifteen years of every protocol on file, in every region.

Beside it, in the same run, stands the plain expansion of the same visits with `dateutil.rrule`:
bare dates, without windows, reasons, open days or conflicts. `make bench` prints a table and writes
the same figures to bench/results/plan.json.
"""

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, MONTHLY, rrule

from journeys.planning.documents import (
    protocol_paths,
    read_protocol_file,
    read_rulesets,
    rules_from,
)
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.compiled import compile_protocol
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.occurrences import Occurrence
from journeys.planning.domain.plan import Plan, make_plan
from journeys.planning.domain.protocol import LabelRules, Protocol
from journeys.planning.domain.rules import rule_keys, rules_on

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "bench" / "results" / "plan.json"
INFUSED_ON = date(2026, 3, 10)
WEEKEND = frozenset({5, 6})
ROUNDS = 1000
MOST_MS = 1.0
HEADINGS = (
    f"{'plan':<24}{'activities':>12}{'plan ms':>10}{'rrule ms':>10}{'ratio':>8}  at most 1 ms"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One repeated activity as `rrule` knows it: a first day, a step, a number."""

    first: datetime
    step: Duration
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The same journey twice: planned, and merely expanded."""

    name: str
    plan: Callable[[], Plan]
    expand: Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured for one protocol and region, medians in milliseconds."""

    activities: int
    plan_ms: float
    rrule_ms: float
    ratio: float
    is_within: bool


def jobs() -> Iterator[Job]:
    """Yield the planning of one journey for each protocol and region."""
    rulesets = read_rulesets(PROJECT / "fixtures" / "rulesets")
    for path in protocol_paths(PROJECT / "fixtures" / "protocols"):
        protocol, _ = read_protocol_file(path, rulesets=rulesets)
        for region in protocol.regions:
            rules = rules_from(rulesets, product=protocol.product, region=region)
            yield Job(
                name=f"{protocol.code} {region}",
                plan=partial(
                    make_plan,
                    protocol,
                    region=region,
                    facts=[Fact(point="infusion", on=INFUSED_ON, kind=FactKind.HAPPENED)],
                    rules=rules,
                    open_days=OpenDays(closed_weekdays=WEEKEND, closed={}),
                    today=INFUSED_ON,
                ),
                expand=partial(expand, tuple(series_of(protocol, region, rules))),
            )


def series_of(protocol: Protocol, region: str, rules: LabelRules) -> Iterator[Series]:
    """Yield every activity of the protocol as a series of bare dates around the infusion."""
    track = protocol.track_or_first("")
    holding = rules_on(rules, rule_keys(protocol, region, track), INFUSED_ON)
    compiled = compile_protocol(protocol, region=region, rules=holding, track=track)
    by_code: dict[str, list[Occurrence]] = {}
    for occurrence in (*compiled.core, *compiled.leaves):
        by_code.setdefault(occurrence.code, []).append(occurrence)
    for code, found in by_code.items():
        first = min(found, key=lambda occurrence: occurrence.number)
        repeat = protocol.activity(code).repeat
        start = datetime(INFUSED_ON.year, INFUSED_ON.month, INFUSED_ON.day)  # noqa: DTZ001 - rrule's
        yield Series(
            first=start + relativedelta(months=first.offset.months, days=first.offset.days),
            step=repeat.every if repeat else Duration(days=1),
            count=len(found),
        )


def expand(all_series: tuple[Series, ...]) -> int:
    """Expand every series and return how many dates there are."""
    return sum(len(list(rule_of(series))) for series in all_series)


def rule_of(series: Series) -> rrule:
    """Return the series as a recurrence rule."""
    if series.step.months:
        return rrule(MONTHLY, interval=series.step.months, dtstart=series.first, count=series.count)
    return rrule(DAILY, interval=series.step.days, dtstart=series.first, count=series.count)


def measure(job: Job) -> Figure:
    """Time both ways in turn, so that whatever else the machine does hits both alike."""
    activities = len(job.plan().activities)  # also the first, slower round
    if job.expand() != activities:
        raise ValueError(f"{job.name}: the two ways do not give the same visits")
    planned, expanded = [], []
    for _ in range(ROUNDS):
        planned.append(_ms(job.plan))
        expanded.append(_ms(job.expand))
    plan_ms, rrule_ms = statistics.median(planned), statistics.median(expanded)
    return Figure(
        activities=activities,
        plan_ms=round(plan_ms, 3),
        rrule_ms=round(rrule_ms, 3),
        ratio=round(plan_ms / rrule_ms, 2),
        is_within=plan_ms <= MOST_MS,
    )


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure, print and store."""
    sys.stdout.write(f"{HEADINGS}\n")
    figures: dict[str, Figure] = {}
    for job in jobs():
        figure = figures[job.name] = measure(job)
        sys.stdout.write(
            f"{job.name:<24}{figure.activities:>12}{figure.plan_ms:>10}{figure.rrule_ms:>10}"
            f"{figure.ratio:>8}  {'yes' if figure.is_within else 'NO'}\n"
        )
    RESULTS.parent.mkdir(exist_ok=True)
    record = {
        "on": {"python": platform.python_version(), "machine": platform.machine()},
        "rounds": ROUNDS,
        "most_ms": MOST_MS,
        "plans": {name: asdict(figure) for name, figure in figures.items()},
    }
    RESULTS.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
